"""Being alone with a database: nobody else has it open, and for SQLite nobody can while it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from server.backup.reading import sqlite_url
from server.errors import Refused

_STOP_FIRST = "the server has its database open: stop it first (systemctl stop kiosk-server)"
_WAIT_SECONDS = 1

# A server's connections name themselves (server.store.engines), and stay open as long as it runs.
_OTHERS = sa.text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND application_name = 'kiosk-server' AND pid <> pg_backend_pid()"
)


@contextmanager
def alone_with(path: Path) -> Iterator[sa.Connection]:
    """An SQLite database in one transaction, held so that nobody else can open it; made where there is none.

    At the end it is one file with no log beside it. Raises Refused where anybody has it open, or where it is
    no database.
    """
    engine = sa.create_engine(sqlite_url(path), connect_args={"timeout": _WAIT_SECONDS}, hide_parameters=True)
    sa.event.listen(engine, "connect", _take)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN EXCLUSIVE"))
    try:
        connection = _connect(engine)
        try:
            yield connection
        finally:
            connection.close()
    finally:
        engine.dispose()


def require_nobody_at(r: sa.Connection) -> None:
    """Raises Refused where a server, or another verb of it, is connected to this PostgreSQL database."""
    if r.execute(_OTHERS).scalar_one():
        raise Refused("a server uses this database: stop it, and its workers, on every machine first")


def _connect(engine: sa.Engine) -> sa.Connection:
    try:
        connection = engine.connect()
        connection.begin()
    except DBAPIError as error:
        locked = isinstance(error, OperationalError) and "locked" in str(error.orig)
        raise Refused(_STOP_FIRST if locked else f"the database cannot be read: {error.orig}") from error
    return connection


def _take(connection: Any, _: Any) -> None:
    """Whoever has a database in WAL mode open holds a lock on it: leaving that mode is refused then."""
    connection.isolation_level = None
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=DELETE"):
        connection.execute(f"PRAGMA {pragma}")
