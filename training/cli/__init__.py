"""``kiosk-train``: photos and labels in, a model and its figures out.

Exit status 0 success, 2 the input or the call is wrong, 130 interrupted, 1 anything else.
TensorFlow is imported only by the verbs that learn or convert.
"""

from typing import Any

import click

from models.errors import ModelsError
from training.cli.judging import card, evaluate, report
from training.cli.making import compare, prepare, quantize, train
from training.errors import TrainingError


class _Refused(click.ClickException):
    exit_code = 2


class _Interrupted(click.ClickException):
    exit_code = 130


class _Verbs(click.Group):
    """Turns our own errors into their message and exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (TrainingError, ModelsError) as error:
            raise _Refused(str(error)) from error
        except KeyboardInterrupt as stop:
            raise _Interrupted(
                "interrupted: run the same command again, train goes on from its last checkpoint"
            ) from stop
        except ModuleNotFoundError as error:
            raise click.ClickException(f"{error}: install skin-kiosk[training]") from error


@click.group(cls=_Verbs)
def main() -> None:
    """Make a model for the kiosk or the server: prepare, train, quantize, evaluate, card, report."""


for _verb in (prepare, train, compare, quantize, evaluate, card, report):
    main.add_command(_verb)
