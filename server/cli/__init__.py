"""The ``kiosk-server`` command: the remote service and everything that its admin does.

JSON goes to stdout, words for people and progress to stderr. Exit status 0 success, 2 the input or the
call is wrong, 1 anything else.
"""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from server.errors import ConfigInvalid, Refused, ServerError

DATABASE_VARIABLE = "SKIN_KIOSK_SERVER_DATABASE"
_VERBS = {
    "run": "server.cli.run",
    "worker": "server.cli.worker",
    "api": "server.cli.api",
    "kiosks": "server.cli.kiosks",
}
_WRONG_CALL = (ConfigInvalid, Refused)


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
    "--home", type=click.Path(path_type=Path, file_okay=False), help="Where keys, photos and database are."
)
@click.option(
    "--database",
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    help="postgresql://... in place of the home's SQLite.",
)
@click.version_option(package_name="skin-kiosk")
@click.pass_context
def kiosk_server(ctx: click.Context, home: Path | None, database: str | None) -> None:
    """The remote service for kiosks: second opinions and dermatologists' answers."""
    ctx.obj = {"home": home, "database": database}


def main(arguments: list[str] | None = None) -> None:
    """Run the command and turn our errors into words and an exit status."""
    try:
        status: Any = kiosk_server.main(arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.exceptions.Abort:
        sys.exit(1)
    except ServerError as error:
        click.echo(f"kiosk-server: {error}", err=True)
        sys.exit(2 if isinstance(error, _WRONG_CALL) else 1)
    except RuntimeError as error:  # a model that cannot be trusted (models.errors), not imported here
        if not _is_model_error(error):
            raise
        click.echo(f"kiosk-server: {error}", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _is_model_error(error: RuntimeError) -> bool:
    from models.errors import ModelError

    return isinstance(error, ModelError)
