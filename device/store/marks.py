"""Marks: which cases have news that a phone has not shown yet."""

import sqlite3

from device.case import Case
from device.store.database import Database
from device.store.phones import Phone


def mark_news(t: sqlite3.Connection, case: Case) -> None:
    """Mark the case for every paired phone that may see it."""
    t.execute(
        "INSERT OR IGNORE INTO marks (phone_id, case_id) SELECT id, ? FROM phones "
        "WHERE paired AND NOT revoked "
        "AND (role = 'staff' OR (role = 'subject' AND (subject = ? OR case_id = ?)))",
        (case.id, case.details.subject, case.id),
    )


class Marks:
    """Set when news come, taken away when the phone shows the case."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, phone: Phone) -> frozenset[str]:
        """The ids of the cases with news for a phone."""
        with self._database.read() as r:
            rows = r.execute("SELECT case_id FROM marks WHERE phone_id = ?", (phone.id,))
            return frozenset(row["case_id"] for row in rows)

    def shown(self, phone: Phone, case: Case) -> None:
        """The phone shows the case. Raises StoreError."""
        with self._database.read() as r:
            here = (phone.id, case.id)
            marked = r.execute("SELECT 1 FROM marks WHERE phone_id = ? AND case_id = ?", here).fetchone()
        if marked:
            with self._database.transaction(durable=False) as t:
                t.execute("DELETE FROM marks WHERE phone_id = ? AND case_id = ?", here)
