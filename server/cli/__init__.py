"""The ``kiosk-server`` command: the remote service and everything that its admin does.

JSON goes to stdout, words for people and progress to stderr. Exit status 0 success, 2 the input or the
call is wrong, 1 anything else.
"""

from pathlib import Path

import click

from device import command_line
from device.command_line import Faults, Verbs
from server.errors import ConfigInvalid, Refused, ServerError

DATABASE_VARIABLE = "SKIN_KIOSK_SERVER_DATABASE"
_VERBS = {
    "run": "server.cli.run",
    "worker": "server.cli.worker",
    "api": "server.cli.api",
    "kiosks": "server.cli.kiosks",
    "held": "server.cli.held",
    "alarms": "server.cli.alarms",
    "backup": "server.cli.backup",
    "restore": "server.cli.restore",
    "move": "server.cli.move",
}
_FAULTS = Faults(ServerError, (ConfigInvalid, Refused))


@click.group(cls=Verbs, modules=_VERBS)
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
    command_line.run(kiosk_server, "kiosk-server", _FAULTS, arguments)
