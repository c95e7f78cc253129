"""``kiosk-server move``: from SQLite to PostgreSQL."""

import click

from server.cli import DATABASE_VARIABLE, build, say
from server.config import DATABASE_FILE


@click.command()
@click.option(
    "--to",
    required=True,
    metavar="URL",
    envvar=DATABASE_VARIABLE,
    help=f"An empty database, postgresql://...; in {DATABASE_VARIABLE} its password is not listed.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def move(ctx: click.Context, to: str, as_json: bool) -> None:
    """Copy every row of the home's SQLite to PostgreSQL, with the server stopped."""
    from server.backup.move import MOVED
    from server.backup.move import move as move_rows

    counts = move_rows(build.settings(ctx).home / DATABASE_FILE, to)
    words = f"moved {sum(counts.values())} rows; the old database is now {DATABASE_FILE}{MOVED}"
    say.done(as_json, words, {"rows": counts})
