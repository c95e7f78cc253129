"""Retention: which cases are older than the clinic keeps cases.

A wall clock can jump, and a jump must erase nothing. So only trusted times are
compared (a case without one is as old as the next that has one), and a case goes
after a whole day of hourly looks in a row found it overdue: a clock that is put right
within a day of work takes them all back.
"""

from datetime import timedelta
from typing import Any

from device.clock import Clock
from device.store.database import Database

LOOKS = 24
LOOK_SECONDS = 3600.0
_MOST_AT_ONCE = 20
_DATED = "wall_trusted = 1 AND wall_at < :oldest"
_BEFORE_DATED = "wall_trusted = 0 AND number < :newest_dated"
"""A case whose time nobody trusts is older than every case that came after it."""


class Retention:
    """How long cases are kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def look(self, days: int | None) -> tuple[str, ...]:
        """One hourly look: the ids of at most 20 cases that are to be erased now, oldest first.

        ``days`` None keeps all. Without a trusted clock nothing is counted either way.
        """
        now = self._clock.moment()
        if days is None or not now.trusted:
            return self._forget_looks() if days is None else ()
        bounds: dict[str, Any] = {"oldest": (now.wall_at - timedelta(days=days)).isoformat()}
        with self._database.transaction() as t:
            newest = t.execute(
                f"SELECT max(number) FROM cases INDEXED BY cases_by_time WHERE {_DATED}", bounds
            )
            bounds["newest_dated"] = newest.fetchone()[0] or 0
            for overdue in (_DATED, _BEFORE_DATED):
                t.execute(f"UPDATE cases SET overdue_looks = overdue_looks + 1 WHERE {overdue}", bounds)
            t.execute(
                "UPDATE cases SET overdue_looks = 0 WHERE overdue_looks > 0 "
                f"AND NOT (({_DATED}) OR ({_BEFORE_DATED}))",
                bounds,
            )
            rows = t.execute(
                "SELECT id FROM cases WHERE overdue_looks > 0 AND overdue_looks >= ? ORDER BY number LIMIT ?",
                (LOOKS, _MOST_AT_ONCE),
            ).fetchall()
        return tuple(row["id"] for row in rows)

    def overdue(self) -> int:
        """How many cases will be erased if nothing changes."""
        with self._database.read() as r:
            return int(r.execute("SELECT count(*) FROM cases WHERE overdue_looks > 0").fetchone()[0])

    def _forget_looks(self) -> tuple[str, ...]:
        if self.overdue():
            with self._database.transaction() as t:
                t.execute("UPDATE cases SET overdue_looks = 0 WHERE overdue_looks > 0")
        return ()
