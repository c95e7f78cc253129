"""Health: what each of the three processes last said of itself."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.clock import Clock
from device.store.database import Database

PROCESS_NAMES = ("device", "dashboard", "sync")
BEAT_SECONDS = 5.0
_SILENT_SECONDS = 3 * BEAT_SECONDS


@dataclass(frozen=True)
class ProcessHealth:
    """One process; ``alive`` where it exists and has beaten within 15 s of this boot."""

    name: str
    pid: int
    alive: bool
    report: dict[str, Any]


class Processes:
    """The processes' own words about themselves, so that pages probe nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def beat(self, name: str, pid: int, report: dict[str, Any]) -> None:
        """Say that ``name`` is at work, with a report that JSON can hold."""
        now = self._clock.moment()
        with self._database.transaction(durable=False) as t:
            t.execute(
                "INSERT OR REPLACE INTO processes (name, pid, boot_id, beat_boot_seconds, report) "
                "VALUES (?, ?, ?, ?, ?)",
                (name, pid, now.boot_id, now.boot_seconds, json.dumps(report)),
            )

    def gone(self, name: str, pid: int | None = None) -> None:
        """Say that ``name`` has stopped on purpose.

        With ``pid`` only where it was that one: another may do its work by now.
        """
        with self._database.transaction(durable=False) as t:
            t.execute("DELETE FROM processes WHERE name = ? AND pid = coalesce(?, pid)", (name, pid))

    def get(self, name: str) -> ProcessHealth | None:
        """What ``name`` last said; None where it never ran or stopped on purpose."""
        with self._database.read() as r:
            row = r.execute("SELECT * FROM processes WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        fresh = self._clock.seconds() - row["beat_boot_seconds"] < _SILENT_SECONDS
        same_boot = row["boot_id"] == self._clock.moment().boot_id
        alive = same_boot and fresh and Path(f"/proc/{row['pid']}").exists()
        return ProcessHealth(name, row["pid"], alive, json.loads(row["report"]))
