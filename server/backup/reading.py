"""Looking into a database of any version, which stays as it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from server.errors import Refused
from server.store.engines import for_reading, open_engine


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """One view of the data. Raises Refused where it cannot be read."""
    try:
        engine = open_engine(url)
    except (ArgumentError, ModuleNotFoundError, NoSuchModuleError) as error:
        raise Refused(f"the database cannot be opened: {error}") from error
    try:
        with for_reading(engine).connect() as r:
            yield r
    except DBAPIError as error:
        raise Refused(f"the database cannot be read: {error.orig}") from error
    finally:
        engine.dispose()


def sqlite_url(path: Path) -> str:
    """The URL of SQLite's file."""
    return f"sqlite:///{path}"


def sqlite_file(url: str) -> Path | None:
    """The file that a URL names; None where it is no SQLite's."""
    return Path(url.partition(":///")[2]) if url.startswith("sqlite") else None
