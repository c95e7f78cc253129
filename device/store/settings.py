"""What staff set on the pages: values by dotted name, as in the configuration file."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from device.case import utc
from device.clock import Clock
from device.store.database import Database


@dataclass(frozen=True)
class StoredSetting:
    """One value, who set it and when (aware UTC, by the kiosk's clock)."""

    value: Any
    set_by: str
    set_at: datetime


class StoredSettings:
    """The settings of one kiosk that pages may change."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def all(self) -> dict[str, StoredSetting]:
        """Every value that was set on the pages, by its name."""
        with self._database.read() as r:
            rows = r.execute("SELECT * FROM settings ORDER BY name").fetchall()
        return {
            row["name"]: StoredSetting(json.loads(row["value"]), row["set_by"], utc(row["set_at"]))
            for row in rows
        }

    def put(self, values: dict[str, Any], set_by: str) -> None:
        """Keep these values, all or none; they have to be checked before."""
        set_at = self._clock.moment().wall_at.isoformat()
        with self._database.transaction() as t:
            t.executemany(
                "INSERT OR REPLACE INTO settings (name, value, set_by, set_at) VALUES (?, ?, ?, ?)",
                [(name, json.dumps(value), set_by, set_at) for name, value in values.items()],
            )

    def clear(self, name: str) -> None:
        """Let the configuration file (or the default) count again."""
        with self._database.transaction() as t:
            t.execute("DELETE FROM settings WHERE name = ?", (name,))
