"""Move: every row of a home's SQLite into an empty PostgreSQL database, all of them or none."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from device.durable import sync_folder
from server.backup.alone import alone_with
from server.backup.reading import sqlite_url
from server.errors import Refused, ServerError
from server.store.database import Database, hold
from server.store.tables import metadata

MOVED = ".moved"
"""Ends the name of the SQLite file afterwards: a server that is started without the new URL does not go on
where the old one stopped.
"""

_ROWS_AT_ONCE = 100


def move(path: Path, to: str) -> dict[str, int]:
    """Copy the SQLite database in ``path`` to the PostgreSQL of the URL ``to``; how many rows, by table.

    Photos, keys and configuration stay where they are. Raises Refused where a server has the file open, or
    where there are rows at the target; ConfigInvalid where that cannot be opened; ServerError where it
    refuses a row. Then nothing was moved.
    """
    if not to.startswith("postgres"):
        raise Refused("--to wants the URL of a PostgreSQL database, postgresql://...")
    if not path.exists():
        raise Refused(f"there is no {path}: name the server's home with --home")
    with alone_with(path):
        pass  # nobody is there, so its tables may be brought to this program's version
    Database(sqlite_url(path)).close()
    target = Database(to)
    try:
        with alone_with(path) as source:
            counts = _copy_all(source, target)
            path.rename(path.with_name(path.name + MOVED))
            sync_folder(path.parent)
    finally:
        target.close()
    return counts


def _copy_all(source: sa.Connection, target: Database) -> dict[str, int]:
    tables = metadata.sorted_tables
    try:
        with target.transaction() as t:
            hold(t, "migrations")  # a server that is started meanwhile waits
            _require_empty(t)
            for table in tables:
                _copy(source, t, table)
                _count_on(t, table)
            return {table.name: _same_count(source, t, table) for table in tables}
    except DBAPIError as error:
        cause = type(error.orig).__name__
        raise ServerError(f"nothing was moved: PostgreSQL refused what it was given ({cause})") from error


def _require_empty(t: sa.Connection) -> None:
    for table in metadata.sorted_tables:
        if t.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise Refused(f"there are rows in {table.name} already: name an empty database")


def _copy(source: sa.Connection, t: sa.Connection, table: sa.Table) -> None:
    """Tables come in an order in which each row's parents are there."""
    for rows in source.execute(sa.select(table)).mappings().partitions(_ROWS_AT_ONCE):
        t.execute(table.insert(), [dict(row) for row in rows])


def _count_on(t: sa.Connection, table: sa.Table) -> None:
    """A number that PostgreSQL gives itself goes on after the largest that came."""
    column = table.autoincrement_column
    if column is not None:
        sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
        following = sa.select(sa.func.coalesce(sa.func.max(column), 0) + 1).scalar_subquery()
        t.execute(sa.select(sa.func.setval(sequence, following, sa.false())))


def _same_count(source: sa.Connection, t: sa.Connection, table: sa.Table) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    before, after = (int(each.execute(query).scalar_one()) for each in (source, t))
    if before != after:
        raise ServerError(f"nothing was moved: of {before} rows in {table.name} {after} came")
    return after
