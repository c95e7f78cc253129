"""Owing: what a case's change makes the kiosk owe the server, within the transaction that changes it.

A case is owed from when it is classified and some scope of consent is given. What a clinician wrote goes
along only where a dermatologist may see the case, or the next model may learn from it.
"""

import sqlite3

from device.amendment import Draft, Kind
from device.case import Case, State
from device.entry import EntryKind
from device.store.faces import await_look

_CLINICAL = (Kind.NOTE, Kind.DIAGNOSIS, Kind.DETAILS)


def owe_case(t: sqlite3.Connection, case: Case) -> None:
    """Owe the record, once, where the case may go."""
    if case.state is not State.CLASSIFIED or not case.consent.any or _is_owed(t, case.id):
        return
    t.execute("INSERT INTO deliveries (case_id) VALUES (?)", (case.id,))
    owe(t, case, EntryKind.RECORD)
    await_look(t, case)
    if case.consent.keeps_photo:
        _owe_written(t, case)


def owe_amendment(t: sqlite3.Connection, before: Case, case: Case, draft: Draft) -> None:
    """Owe what ``draft`` made of ``before``: the case itself, or the change."""
    if not _is_owed(t, case.id):
        owe_case(t, case)
    elif draft.kind is Kind.CONSENT:
        _owe_consent(t, before, case, draft)
    elif case.consent.keeps_photo:
        owe(t, case, EntryKind.CHANGE, draft.id)


def owe_erasure(t: sqlite3.Connection, case: Case) -> None:
    """Owe the erasure of a case of which anything may have left; what is owed of it otherwise is not."""
    may_be_there = t.execute(
        "SELECT 1 FROM deliveries WHERE case_id = ? AND record IS NOT NULL", (case.id,)
    ).fetchone()
    t.execute("DELETE FROM outbox WHERE case_id = ?", (case.id,))
    if may_be_there:
        owe(t, case, EntryKind.ERASURE)


def owe(t: sqlite3.Connection, case: Case, kind: EntryKind, part: str = "") -> None:
    """Write a debt down; one that stands already stays as it is."""
    t.execute(
        "INSERT OR IGNORE INTO outbox (case_id, kind, part, urgent) VALUES (?, ?, ?, ?)",
        (case.id, kind, part, case.is_pressing),
    )


def _owe_consent(t: sqlite3.Connection, before: Case, case: Case, draft: Draft) -> None:
    began = t.execute("SELECT record FROM deliveries WHERE case_id = ?", (case.id,)).fetchone()["record"]
    if began is None and not case.consent.any:
        # Nothing of it ever left, and now nothing may.
        t.execute("DELETE FROM outbox WHERE case_id = ?", (case.id,))
        t.execute("DELETE FROM deliveries WHERE case_id = ?", (case.id,))
        return
    owe(t, case, EntryKind.CHANGE, draft.id)
    if case.consent.keeps_photo and not before.consent.keeps_photo:
        _owe_written(t, case)


def _owe_written(t: sqlite3.Connection, case: Case) -> None:
    for amendment in case.amendments:
        if amendment.kind in _CLINICAL:
            owe(t, case, EntryKind.CHANGE, amendment.id)


def _is_owed(t: sqlite3.Connection, case_id: str) -> bool:
    return t.execute("SELECT 1 FROM deliveries WHERE case_id = ?", (case_id,)).fetchone() is not None
