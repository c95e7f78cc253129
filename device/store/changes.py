"""Changes: each state that a case entered, in order; what event streams replay."""

from dataclasses import dataclass

from device.store.database import Database


@dataclass(frozen=True)
class Change:
    """A case entered a state; ``state`` is ``erased`` where it is gone.

    ``number`` counts changes; ``subject`` is the case's, for those who may see only one.
    """

    number: int
    case_id: str
    state: str
    subject: str | None


class Changes:
    """The last ten thousand changes or so."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, number: int, limit: int = 500) -> tuple[Change, ...]:
        """The changes after the one numbered ``number``, in order."""
        with self._database.read() as r:
            rows = r.execute(
                "SELECT * FROM changes WHERE number > ? ORDER BY number LIMIT ?", (number, limit)
            )
            return tuple(Change(**dict(row)) for row in rows)

    def last_opinion(self) -> int:
        """The number of the newest opinion's change; 0 where there is none."""
        with self._database.read() as r:
            row = r.execute("SELECT max(number) FROM changes WHERE state = 'opinion'").fetchone()
        return int(row[0] or 0)

    def last(self) -> int:
        """The number of the newest change; 0 where there is none."""
        with self._database.read() as r:
            return int(r.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0])
