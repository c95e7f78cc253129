"""The server's time: aware UTC, asked for through one function so that tests move it by hand."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The wall clock; a server's is kept right by its machine."""
    return datetime.now(UTC)
