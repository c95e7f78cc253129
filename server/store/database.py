"""The database: SQLite in one file, or PostgreSQL by its URL; transactions and migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from server.errors import ConfigInvalid, Overloaded
from server.store.engines import for_reading, open_engine
from server.store.faults import explain

_MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """An engine with the settings that durability wants; safe for threads."""

    def __init__(self, url: str) -> None:
        """Open ``url`` and bring its tables to this program's version. Raises ConfigInvalid; Overloaded
        where another process keeps SQLite's file locked.
        """
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(writes=True)
        self._reading = for_reading(self.engine)
        try:
            self.migrate()
        except (CommandError, DBAPIError, Overloaded) as error:
            self.close()
            if self.is_sqlite and isinstance(error, Overloaded):
                raise
            raise _refusal(error) from error

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
            explain(error)
            raise

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One view of the data; nothing may be written in it. Raises Overloaded."""
        try:
            with self._reading.connect() as connection, connection.begin():
                yield connection
        except (DBAPIError, sa.exc.TimeoutError) as error:
            explain(error)
            raise

    def migrate(self) -> None:
        """Bring the tables to this program's version, in one transaction and one process at a time."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with self.transaction() as t:
            hold(t, "migrations")
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


def hold(t: sa.Connection, name: str) -> None:
    """Hold a name against other transactions until this one ends, also where there is no row of it yet.

    SQLite's one writer holds them all.
    """
    if t.dialect.name == "postgresql":
        t.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def _refusal(error: Exception) -> ConfigInvalid:
    """What is said of a database that could not be opened."""
    if isinstance(error, CommandError):
        return ConfigInvalid(f"the database is a newer program's: update this one ({error})")
    cause = error.__cause__ if isinstance(error, Overloaded) else error
    return ConfigInvalid(f"the database cannot be opened: {getattr(cause, 'orig', cause)}")


def _engine(url: str) -> sa.Engine:
    try:
        return open_engine(url)
    except ModuleNotFoundError as error:
        words = f"the database's driver {error.name} is missing: pip install 'skin-kiosk[postgresql]'"
        raise ConfigInvalid(words) from error
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise ConfigInvalid(f"the database's URL does not hold: {error}") from error
