"""The database: SQLite in one file, or PostgreSQL by its URL; transactions and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError, OperationalError

from server.errors import ConfigInvalid, Overloaded, StorageFull

_LOCK_SECONDS = 10.0
_BUSY_RETRY_SECONDS = 5
# An error that named what it was about to write would put subjects into the log.
_POOL: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "hide_parameters": True}
_MIGRATIONS = Path(__file__).parent / "migrations"
_FULL = ("database or disk is full", "disk I/O error", "No space left on device", "could not extend file")
_BUSY = ("database is locked", "QueuePool limit")


class Database:
    """An engine with the settings that durability wants; safe for threads."""

    def __init__(self, url: str) -> None:
        """Open ``url`` (SQLAlchemy's form) and bring it to this program's version. Raises ConfigInvalid."""
        try:
            self.engine = _engine(url)
            self._writing = self.engine.execution_options(writes=True)
            self.migrate()
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
            raise ConfigInvalid(f"the database's URL does not hold: {error}") from error
        except OperationalError as error:
            raise ConfigInvalid(f"the database cannot be opened: {error.orig}") from error

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the one file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction that writes: all of it is durable at its end, or nothing of it.

        Raises StorageFull or Overloaded where the database says so.
        """
        try:
            with self._writing.begin() as connection:
                yield connection
        except (DBAPIError, sa.exc.TimeoutError) as error:
            _explain(error)
            raise

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One view of the data; nothing may be written in it. Raises Overloaded."""
        try:
            with self.engine.connect() as connection, connection.begin():
                yield connection
        except (DBAPIError, sa.exc.TimeoutError) as error:
            _explain(error)
            raise

    def migrate(self) -> None:
        """Bring the tables to this program's version, in one transaction."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.transaction() as t:
            config.attributes["connection"] = t
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def locked(query: "sa.Select[Any]", skip_held: bool = False) -> "sa.Select[Any]":
    """The same rows, held against other transactions until this one ends.

    ``skip_held`` leaves out rows that another transaction holds instead of waiting for them. SQLite has one
    writer at a time anyway and leaves the clause away.
    """
    return query.with_for_update(skip_locked=skip_held)


def _engine(url: str) -> sa.Engine:
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True, **_POOL)
    engine = sa.create_engine(url, connect_args={"timeout": _LOCK_SECONDS}, **_POOL)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Python's own module would begin transactions where it sees fit; we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Whoever writes takes the lock at once: taken later, it could be refused in mid-transaction."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _explain(error: DBAPIError | sa.exc.TimeoutError) -> None:
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    if any(words in said for words in _FULL):
        raise StorageFull("the server has no room: nothing was kept, try again later") from error
    if any(words in said for words in _BUSY):
        raise Overloaded("the server is busy: try again in a moment", _BUSY_RETRY_SECONDS) from error
