"""The ``kiosk`` command: everything over ssh that the pages can do.

JSON goes to stdout, words for people and progress to stderr. Exit status 0
success, 2 the input or the call is wrong, 1 anything else.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from device.errors import AlreadyRunning, CaseUnknown, ConfigInvalid, KioskError, NotEnrolled, ServerRefused

_VERBS = {
    "run": "device.cli.run",
    "press": "device.cli.press",
    "classify": "device.cli.classify",
    "cases": "device.cli.cases",
    "subjects": "device.cli.subjects",
    "status": "device.cli.status",
    "doctor": "device.cli.doctor",
    "enrol": "device.cli.server",
    "outbox": "device.cli.server",
    "sync": "device.cli.server",
    "phones": "device.cli.phones",
    "config": "device.cli.configuration",
}
_WRONG_CALL = (AlreadyRunning, CaseUnknown, ConfigInvalid, NotEnrolled, ServerRefused)


class _Verbs(click.Group):
    """Verbs by module, imported when they are called: a quick command loads little."""

    def list_commands(self, _: click.Context) -> list[str]:
        """The verbs in the order of the README."""
        return list(_VERBS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The verb, or None where there is none of that name."""
        if cmd_name not in _VERBS:
            return None
        command = getattr(import_module(_VERBS[cmd_name]), cmd_name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Verbs)
@click.option(
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Where cases, photos and keys are."
)
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The kiosk.toml to read.")
@click.version_option(package_name="skin-kiosk")
@click.pass_context
def kiosk(ctx: click.Context, home: Path | None, config: Path | None) -> None:
    """Skin Kiosk: an experimental estimate of what a spot on the skin is. No diagnosis."""
    ctx.obj = {"home": home, "config": config}


def main(arguments: list[str] | None = None) -> None:
    """Run the command and turn our errors into words and an exit status."""
    try:
        status: Any = kiosk.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(1)
    except KioskError as error:
        click.echo(f"kiosk: {error}", err=True)
        sys.exit(2 if isinstance(error, _WRONG_CALL) else 1)
    except RuntimeError as error:  # a model that cannot be trusted (models.errors), not imported here
        if not _is_model_error(error):
            raise
        click.echo(f"kiosk: {error}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _is_model_error(error: RuntimeError) -> bool:
    from models.errors import ModelError

    return isinstance(error, ModelError)
