"""What a database's errors mean: no room, or too much at once."""

from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError  # noqa: A004 - SQLAlchemy's own

from server.errors import Overloaded, StorageFull

_RETRY_SECONDS = 5

_FULL = ("database or disk is full", "disk I/O error", "No space left on device", "could not extend file")
_BUSY = ("database is locked", "QueuePool limit")

_DISK_FULL = "53100"
# PostgreSQL's: connections or memory used up, deadlock, no serial order, lock not had in time, going down.
_BUSY_STATES = ("53200", "53300", "40P01", "40001", "55P03", "57P01", "57P02", "57P03", "25P03")


def explain(error: DBAPIError | TimeoutError) -> None:
    """Raises StorageFull or Overloaded where that is what ``error`` means; else returns."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    state = _state(error)
    if state == _DISK_FULL or any(words in said for words in _FULL):
        raise StorageFull("the server has no room: nothing was kept, try again later") from error
    if state in _BUSY_STATES or _is_away(error) or any(words in said for words in _BUSY):
        raise Overloaded("the server is busy: try again in a moment", _RETRY_SECONDS) from error


def _state(error: Exception) -> str | None:
    """PostgreSQL's code for the error; None for SQLite's."""
    found: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return found


def _is_away(error: Exception) -> bool:
    """Whether PostgreSQL cannot be reached, or was lost on the way: then there is nobody who gives a code."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None
