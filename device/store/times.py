"""Wall times put right: once the clock is trusted, so are the times since its boot."""

from datetime import datetime

from device.case import utc
from device.clock import Clock
from device.store.case_rows import moment_columns, moment_from
from device.store.database import Database

_TABLES = ("cases", "amendments")


class Times:
    """The wall times in the store."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def correct(self) -> int:
        """Once the clock is trusted, give what happened since the boot its right wall time; how many rows."""
        if not self._clock.moment().trusted:
            return 0
        return sum(self._correct(table) for table in _TABLES)

    def latest_of_newest(self, cases: int) -> datetime | None:
        """The latest time that a photo among those of the newest cases carries; None where there is none."""
        with self._database.read() as r:
            rows = r.execute(
                "SELECT wall_at FROM (SELECT id, wall_at FROM cases ORDER BY number DESC LIMIT ?) AS newest "
                "WHERE EXISTS (SELECT 1 FROM photos WHERE case_id = newest.id)",
                (cases,),
            ).fetchall()
        return max((utc(row["wall_at"]) for row in rows), default=None)

    def _correct(self, table: str) -> int:
        now = self._clock.moment()
        query = f"SELECT * FROM {table} WHERE boot_id = ? AND wall_trusted = 0"
        with self._database.read() as r:
            wrong = r.execute(query, (now.boot_id,)).fetchall()
        if wrong:
            corrected = [
                (*moment_columns(moment_from(row).corrected_by(now))[2:], row["id"]) for row in wrong
            ]
            with self._database.transaction() as t:
                t.executemany(
                    f"UPDATE {table} SET wall_at = ?, wall_trusted = ? WHERE id = ? AND wall_trusted = 0",
                    corrected,
                )
        return len(wrong)
