"""``kiosk-server backup``: the home in one file."""

from pathlib import Path

import click

from server.backup.backup import back_up
from server.cli import build, process, say
from server.clock import now


@click.command()
@click.argument("target", metavar="FOLDER_OR_FILE", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def backup(ctx: click.Context, target: Path, as_json: bool) -> None:
    """Copy the home into one file, while the server runs. It holds photos and keys: keep it like the home."""
    process.prepare()
    made = back_up(build.settings(ctx), target, now)
    if as_json:
        say.json_line({"file": str(made.path), "photos": made.photos, "gone": made.gone, "left": made.left})
        return
    click.echo(str(made.path))
    for words in made.left:
        click.echo(f"kiosk-server: {words}", err=True)
