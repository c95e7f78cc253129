"""``kiosk-server restore``: a home from its backup."""

from pathlib import Path

import click

from server import build_parts
from server.cli import build, process, say

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("archive", metavar="FILE", type=_FILE)
@click.option(
    "--withdrawn-in",
    "newer",
    metavar="DATABASE",
    help="The database that is replaced, file or URL: what was erased or taken back there stays so.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def restore(ctx: click.Context, archive: Path, newer: str | None, as_json: bool) -> None:
    """Put a backup back into an empty home, with the server stopped."""
    from server.backup.restore import restore as put_back

    process.prepare()
    done = put_back(archive, build.settings(ctx), build_parts, newer)
    counts = {"missing": done.missing, "withdrawn": done.withdrawn}
    made_at = done.contents.made_at
    words = f"restored as of {say.when(made_at)}; photos asked for again or dropped: {done.missing}"
    say.done(as_json, words, {"made_at": made_at.isoformat()} | counts)
