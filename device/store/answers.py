"""Answers: what the server said, kept beside the cases, and how far its updates were taken in."""

import json
import sqlite3
from typing import Any

from device.clock import Clock
from device.errors import CaseUnknown
from device.store.case_rows import get_case, moment_columns, note_change
from device.store.database import Database
from device.store.marks import mark_news

SYNC = "sync"
"""What the changes call it that a case stands otherwise with the server."""


class Answers:
    """Heard twice, they change nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def cursor(self, kiosk_id: str) -> int:
        """How far the server's updates were taken in; 0 where none was."""
        with self._database.read() as r:
            row = r.execute("SELECT cursor FROM server_cursor WHERE kiosk_id = ?", (kiosk_id,)).fetchone()
        return int(row["cursor"]) if row else 0

    def taken_in(self, kiosk_id: str, cursor: int) -> None:
        """Updates up to ``cursor`` are kept here."""
        with self._database.transaction() as t:
            t.execute(
                "INSERT INTO server_cursor (kiosk_id, cursor) VALUES (?, ?) "
                "ON CONFLICT (kiosk_id) DO UPDATE SET cursor = max(cursor, excluded.cursor)",
                (kiosk_id, cursor),
            )

    def count_anew(self, kiosk_id: str, cursor: int) -> None:
        """The server's count is lower than what was taken in, as when it was restored: go on from there."""
        with self._database.transaction() as t:
            t.execute("UPDATE server_cursor SET cursor = ? WHERE kiosk_id = ?", (cursor, kiosk_id))

    def take_opinion(self, case_id: str, opinion: dict[str, Any]) -> None:
        """Keep an opinion beside the kiosk's estimate, once a model; the case is not parked then.

        Nothing where the case is erased.
        """
        with self._database.transaction() as t:
            try:
                case = get_case(t, case_id)
            except CaseUnknown:
                return
            given = (case_id, opinion["model"]["sha256"], json.dumps(opinion))
            t.execute("UPDATE deliveries SET parked = NULL WHERE case_id = ?", (case_id,))
            kept = t.execute(
                "INSERT OR IGNORE INTO opinions (case_id, model_sha256, opinion, boot_id, boot_seconds, "
                "wall_at, wall_trusted) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*given, *moment_columns(self._clock.moment())),
            )
            if kept.rowcount:
                mark_news(t, case)
                note_change(t, case_id, "opinion", case.details.subject)

    def park(self, case_id: str, reason: str) -> None:
        """The server can make no opinion, and says why."""
        with self._database.transaction() as t:
            t.execute("UPDATE deliveries SET parked = ? WHERE case_id = ?", (reason, case_id))
            note_sync(t, case_id)


def note_sync(t: sqlite3.Connection, case_id: str) -> None:
    """Tell whoever follows the changes, unless the case is erased."""
    try:
        subject = get_case(t, case_id).details.subject
    except CaseUnknown:
        return
    note_change(t, case_id, SYNC, subject)
