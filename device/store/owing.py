"""Owing: what a case's change makes the kiosk owe the server, within the transaction that changes it.

A case is owed from when it is classified and some scope of consent is given. A clinician's notes and
diagnoses go along only where a dermatologist may see the case, or the next model may learn from it; corrected
details, of which the record told already, go with any scope.
"""

import sqlite3

from device.amendment import Draft, Kind
from device.case import Case, Consent, State
from device.entry import EntryKind
from device.store.faces import await_look

_NOTHING_ALLOWED = Consent()

_WITH_ANY_SCOPE = ("record", "photo", "ask")
"""What is owed only while some scope of consent holds."""


def owe_case(t: sqlite3.Connection, case: Case) -> None:
    """Owe the record, once, where the case may go."""
    if case.state is not State.CLASSIFIED or not case.consent.any or _is_owed(t, case.id):
        return
    t.execute("INSERT INTO deliveries (case_id) VALUES (?)", (case.id,))
    owe(t, case, EntryKind.RECORD)
    await_look(t, case)
    if case.consent.keeps_photo:
        _owe_written(t, case, _NOTHING_ALLOWED)


def owe_amendment(t: sqlite3.Connection, before: Case, case: Case, draft: Draft) -> None:
    """Owe what ``draft`` made of ``before``: the case itself, or the change."""
    if not _is_owed(t, case.id):
        owe_case(t, case)
    elif draft.kind is Kind.CONSENT:
        _owe_consent(t, before, case, draft)
    elif _may_go(draft.kind, case.consent):
        owe(t, case, EntryKind.CHANGE, draft.id)


def owe_again(t: sqlite3.Connection, case: Case) -> None:
    """Owe anew what the server may have lost of a case, as when it was restored from a backup: its record and
    all that was written about it, or that nothing is allowed any more. What else it wants its receipt says.
    """
    consent = case.latest(Kind.CONSENT)
    if case.consent.any:
        owe(t, case, EntryKind.RECORD)
        _owe_written(t, case, _NOTHING_ALLOWED)
    elif consent:
        owe(t, case, EntryKind.CHANGE, consent.id)


def owe_nothing_yet(t: sqlite3.Connection, case_id: str) -> bool:
    """Owe nothing of a case of which nothing ever left; whether that was so."""
    if _began(t, case_id):
        return False
    t.execute("DELETE FROM outbox WHERE case_id = ?", (case_id,))
    t.execute("DELETE FROM deliveries WHERE case_id = ?", (case_id,))
    return True


def owe_erasure(t: sqlite3.Connection, case: Case) -> None:
    """Owe the erasure of a case of which anything may have left; what is owed of it otherwise is not."""
    t.execute("DELETE FROM outbox WHERE case_id = ?", (case.id,))
    if _began(t, case.id):
        owe(t, case, EntryKind.ERASURE)


def owe(t: sqlite3.Connection, case: Case, kind: EntryKind, part: str = "") -> None:
    """Write a debt down; one that stands already stays as it is."""
    t.execute(
        "INSERT OR IGNORE INTO outbox (case_id, kind, part, urgent) VALUES (?, ?, ?, ?)",
        (case.id, kind, part, case.is_pressing),
    )


def _owe_consent(t: sqlite3.Connection, before: Case, case: Case, draft: Draft) -> None:
    if not case.consent.any and owe_nothing_yet(t, case.id):
        return
    owe(t, case, EntryKind.CHANGE, draft.id)
    _owe_less(t, case)
    _owe_written(t, case, before.consent)


def _owe_less(t: sqlite3.Connection, case: Case) -> None:
    """What may not go any more is owed no more; consent that is given again owes it anew."""
    barred = [a.id for a in case.amendments if not _may_go(a.kind, case.consent)]
    t.executemany("DELETE FROM outbox WHERE case_id = ? AND part = ?", [(case.id, part) for part in barred])
    if not case.consent.any:
        t.executemany(
            "DELETE FROM outbox WHERE case_id = ? AND kind = ?", [(case.id, kind) for kind in _WITH_ANY_SCOPE]
        )


def _owe_written(t: sqlite3.Connection, case: Case, before: Consent) -> None:
    """What was written about the case and may go now, and not with the consent ``before``."""
    for written in case.amendments:
        newly = _may_go(written.kind, case.consent) and not _may_go(written.kind, before)
        if newly and written.kind is not Kind.CONSENT:
            owe(t, case, EntryKind.CHANGE, written.id)


def _may_go(kind: Kind, consent: Consent) -> bool:
    """Consent itself always; what the server's model is told of the case with every scope."""
    if kind is Kind.DETAILS:
        return consent.any
    return kind is Kind.CONSENT or consent.keeps_photo


def _is_owed(t: sqlite3.Connection, case_id: str) -> bool:
    return t.execute("SELECT 1 FROM deliveries WHERE case_id = ?", (case_id,)).fetchone() is not None


def _began(t: sqlite3.Connection, case_id: str) -> bool:
    """Whether the record was ever about to be sent, so that the server may have it."""
    query = "SELECT 1 FROM deliveries WHERE case_id = ? AND record IS NOT NULL"
    return t.execute(query, (case_id,)).fetchone() is not None
