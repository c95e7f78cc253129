"""The ``kiosk`` command: everything over ssh that the pages can do.

JSON goes to stdout, words for people and progress to stderr. Exit status 0
success, 2 the input or the call is wrong, 1 anything else.
"""

from pathlib import Path

import click

from device import command_line
from device.command_line import Faults, Verbs
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
_FAULTS = Faults(KioskError, (AlreadyRunning, CaseUnknown, ConfigInvalid, NotEnrolled, ServerRefused))


@click.group(cls=Verbs, modules=_VERBS)
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
    command_line.run(kiosk, "kiosk", _FAULTS, arguments)
