"""Amendments in the store: notes, diagnoses, details and consent, each one transaction."""

import json
import sqlite3
import uuid
from dataclasses import replace

from device.amendment import Draft, Kind
from device.case import EVERYTHING, Case, Scope
from device.clock import Clock
from device.errors import Superseded
from device.store.case_rows import (
    CONSENT_FIELDS,
    apply_amendment,
    get_case,
    insert_amendment,
    note_change,
    require_guardian,
    visible_case,
)
from device.store.database import Database
from device.store.owing import owe_amendment
from device.store.phones import require_access

_KIOSK = "the kiosk itself"


class Amendments:
    """What is written about cases; rows are added, never changed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def write(self, case_id: str, draft: Draft, scope: Scope = EVERYTHING) -> Case:
        """Keep an amendment; the case as it is then. The same draft sent again is kept once.

        Raises CaseUnknown, PhoneRevoked, GuardianNeeded, or Superseded where somebody else replaced the
        same thing first (or wrote the first of its kind).
        """
        with self._database.transaction() as t:
            require_access(t, draft.phone_id)
            case = visible_case(t, case_id, scope)
            require_guardian(case.details, draft)
            if not _is_kept(t, case_id, draft):
                self._insert(t, case, draft)
                apply_amendment(t, case_id, draft)
                self._keep_minor_home(t, get_case(t, case_id))
                kept = get_case(t, case_id)
                owe_amendment(t, case, kept, draft)
                note_change(t, case_id, kept.state, kept.details.subject)
            return scope.shown(get_case(t, case_id))  # which its details may have moved out of the scope

    def _keep_minor_home(self, t: sqlite3.Connection, case: Case) -> None:
        """Who turns out to be a minor has not consented: it is taken back until a guardian does."""
        if case.details.is_minor and case.consent.any and not case.consent.guardian:
            held = case.latest(Kind.CONSENT)
            content = dict.fromkeys(CONSENT_FIELDS, False)
            taken_back = Draft(
                str(uuid.uuid4()), Kind.CONSENT, content, _KIOSK, replaces=held.id if held else None
            )
            insert_amendment(t, case.id, taken_back, self._clock.moment())
            apply_amendment(t, case.id, taken_back)
            owe_amendment(t, case, get_case(t, case.id), taken_back)

    def last_writer(self, phone_id: str) -> str | None:
        """Who last wrote on this phone; None where nobody has."""
        with self._database.read() as r:
            row = r.execute(
                "SELECT written_by FROM amendments WHERE phone_id = ? ORDER BY number DESC LIMIT 1",
                (phone_id,),
            ).fetchone()
        return row["written_by"] if row else None

    def _insert(self, t: sqlite3.Connection, case: Case, draft: Draft) -> None:
        known = [a.id for a in case.amendments if a.kind is draft.kind]
        replaces = draft.replaces
        if draft.replaces_any and known:
            replaces = known[-1]
        if replaces is not None and replaces not in known:
            raise Superseded("what this replaces is not part of the case: open the case again")
        try:
            insert_amendment(t, case.id, replace(draft, replaces=replaces), self._clock.moment())
        except sqlite3.IntegrityError as error:  # the constraints decide who was first, not a look before
            raise Superseded(
                "somebody else changed this meanwhile and nothing of yours was saved: look, then save again"
            ) from error


def _is_kept(t: sqlite3.Connection, case_id: str, draft: Draft) -> bool:
    """Whether this very draft was kept before. Raises Superseded where its id stands for another one."""
    row = t.execute("SELECT case_id, kind, content FROM amendments WHERE id = ?", (draft.id,)).fetchone()
    if row is None:
        return False
    if (row["case_id"], row["kind"], json.loads(row["content"])) != (case_id, draft.kind, draft.content):
        raise Superseded("this was saved before with other words: open the case again")
    return True
