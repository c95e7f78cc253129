"""The outbox: what the server is owed, in the order in which it goes."""

import json
import sqlite3
from contextlib import suppress
from datetime import datetime
from typing import Any

from device.case import Case, Consent
from device.clock import Clock
from device.entry import Entry, EntryKind
from device.errors import CaseUnknown, FaceUnsettled
from device.store.answers import SYNC, note_sync
from device.store.case_rows import get_case, note_change
from device.store.database import Database
from device.store.faces import departing_of
from device.store.owing import owe, owe_again

# What is small before photos, urgent before routine, then the oldest. Photos and changes wait for their
# record, photos for changes, records and photos until every photo of their case may leave, records for an
# estimate that is made once more. Of a case whose every consent was withdrawn nothing goes but that it was.
_NEXT = """
SELECT outbox.* FROM outbox LEFT JOIN cases ON cases.id = outbox.case_id
WHERE fault IS NULL
  AND (outbox.boot_id IS NULL OR outbox.boot_id != :boot_id OR not_before_boot_seconds <= :now)
  AND (kind IN ('change', 'erasure') OR consent_analyse OR consent_review OR consent_train)
  AND (kind != 'record' OR state NOT IN ('asked', 'captured'))
  AND (kind IN ('record', 'erasure') OR NOT EXISTS (
    SELECT 1 FROM outbox AS record WHERE record.case_id = outbox.case_id AND record.kind = 'record')
    OR NOT (consent_analyse OR consent_review OR consent_train))
  AND (kind != 'photo' OR NOT EXISTS (
    SELECT 1 FROM outbox AS change WHERE change.case_id = outbox.case_id AND change.kind = 'change'))
  AND (kind NOT IN ('record', 'photo') OR NOT EXISTS (
    SELECT 1 FROM photos WHERE photos.case_id = outbox.case_id AND NOT EXISTS (
      SELECT 1 FROM departing_photos AS leaving
      WHERE leaving.case_id = photos.case_id AND leaving.number = photos.number)))
ORDER BY kind = 'photo', urgent DESC, outbox.number LIMIT 1
"""


class Outbox:
    """Debts; only a receipt clears one."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def next(self) -> Entry | None:
        """What to send now; None where nothing is owed, or all of it waits for its time."""
        now = self._clock.moment()
        with self._database.read() as r:
            row = r.execute(_NEXT, {"boot_id": now.boot_id, "now": now.boot_seconds}).fetchone()
        return _entry(row) if row else None

    def all(self) -> tuple[Entry, ...]:
        """Everything owed, oldest first."""
        with self._database.read() as r:
            return tuple(_entry(row) for row in r.execute("SELECT * FROM outbox ORDER BY number"))

    def count(self) -> int:
        """How much is owed."""
        with self._database.read() as r:
            return int(r.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def record(self, case_id: str) -> dict[str, Any] | None:
        """The record of a case as it was first sent, without consent; None where it never was."""
        with self._database.read() as r:
            row = r.execute("SELECT record FROM deliveries WHERE case_id = ?", (case_id,)).fetchone()
        return json.loads(row["record"]) if row and row["record"] else None

    def keep_record(self, case_id: str, record: dict[str, Any]) -> Consent:
        """Keep what is about to be sent, for every later try; what may be done with it now.

        Raises CaseUnknown where the case was erased, or its consent withdrawn, meanwhile; FaceUnsettled
        where it tells of other photos than may leave now.
        """
        with self._database.transaction() as t:
            case = get_case(t, case_id)
            if not case.consent.any:
                raise CaseUnknown("nothing of this case may leave the kiosk any more")
            _require_departing(t, case, record)
            t.execute(
                "UPDATE deliveries SET record = ? WHERE case_id = ? AND record IS NULL",
                (json.dumps(record), case_id),
            )
        return case.consent

    def keep_change(self, entry: Entry, body: str) -> str:
        """Keep a change as it is about to be sent; how it was kept first. Raises CaseUnknown."""
        with self._database.transaction() as t:
            t.execute("UPDATE outbox SET body = coalesce(body, ?) WHERE number = ?", (body, entry.number))
            row = t.execute("SELECT body FROM outbox WHERE number = ?", (entry.number,)).fetchone()
        if row is None:
            raise CaseUnknown("nothing is owed of this case any more")
        return str(row["body"])

    def receipted(self, entry: Entry, receipt: dict[str, Any]) -> None:
        """The server has it, and says so: clear the entry, and owe the photos that it wants."""
        with self._database.transaction() as t:
            t.execute("DELETE FROM outbox WHERE number = ?", (entry.number,))
            if entry.kind is EntryKind.ERASURE:
                return
            try:
                case = get_case(t, entry.case_id)
            except CaseUnknown:
                return  # erased meanwhile: that is owed by itself
            self._take_in(t, case, receipt)

    def uploading(self, entry: Entry, upload: str) -> None:
        """An upload was begun at ``upload``."""
        with self._database.transaction() as t:
            t.execute("UPDATE outbox SET upload = ? WHERE number = ?", (upload, entry.number))

    def postpone(self, entry: Entry, seconds: float) -> None:
        """Try it again, not before so many seconds from now."""
        now = self._clock.moment()
        with self._database.transaction() as t:
            t.execute(
                "UPDATE outbox SET attempts = attempts + 1, boot_id = ?, not_before_boot_seconds = ? "
                "WHERE number = ?",
                (now.boot_id, now.boot_seconds + seconds, entry.number),
            )

    def fail(self, entry: Entry, fault: str) -> None:
        """The server will not have it as it is: it stays owed, and a person must look."""
        with self._database.transaction() as t:
            t.execute(
                "UPDATE outbox SET fault = ?, attempts = attempts + 1 WHERE number = ?",
                (fault, entry.number),
            )
            note_sync(t, entry.case_id)

    def drop(self, entry: Entry) -> None:
        """Nothing is owed any more: what it was for is gone, or the server took what wants no receipt."""
        with self._database.transaction() as t:
            t.execute("DELETE FROM outbox WHERE number = ?", (entry.number,))

    def owe_again(self, case_id: str) -> bool:
        """The server has lost the case: owe it anew. False where nothing of it may leave any more.

        Raises CaseUnknown.
        """
        with self._database.transaction() as t:
            case = get_case(t, case_id)
            if case.consent.any:
                owe_again(t, case)
        return case.consent.any

    def owe_since(self, moment: datetime) -> None:
        """The server forgot what came since ``moment``: owe every case anew of which it told since then."""
        with self._database.read() as r:
            rows = r.execute("SELECT case_id, receipt FROM deliveries WHERE receipt IS NOT NULL").fetchall()
        for row in rows:
            if datetime.fromisoformat(json.loads(row["receipt"])["issued_at"]) >= moment:
                self._owe_anew(row["case_id"])

    def _owe_anew(self, case_id: str) -> None:
        with self._database.transaction() as t, suppress(CaseUnknown):
            owe_again(t, get_case(t, case_id))

    def renew_receipt(self, case_id: str) -> None:
        """Something happened to the case at the server: where it held a photo, owe the record once more, for
        its receipt says what became of that. Nothing where the case is erased.
        """
        with self._database.transaction() as t:
            row = t.execute("SELECT receipt FROM deliveries WHERE case_id = ?", (case_id,)).fetchone()
            photos = json.loads(row["receipt"])["photos"] if row and row["receipt"] else ()
            if any(photo["state"] == "held" for photo in photos):
                case = get_case(t, case_id)
                if case.consent.any:
                    owe(t, case, EntryKind.RECORD)

    def try_again(self) -> None:
        """Forget every fault and every pause."""
        with self._database.transaction() as t:
            t.execute("UPDATE outbox SET fault = NULL, boot_id = NULL, not_before_boot_seconds = NULL")
            t.execute(
                "UPDATE faces SET fault = NULL, "
                "waits_for = CASE WHEN boxes IS NULL THEN 'look' ELSE 'blur' END WHERE fault IS NOT NULL"
            )

    def ask_again(self, case_id: str) -> None:
        """Owe the question for an opinion once more, where the server gave up. Raises CaseUnknown."""
        with self._database.transaction() as t:
            case = get_case(t, case_id)
            asked = t.execute(
                "UPDATE deliveries SET parked = NULL WHERE case_id = ? AND parked IS NOT NULL", (case_id,)
            )
            if asked.rowcount:
                owe(t, case, EntryKind.ASK)
                note_change(t, case_id, SYNC, case.details.subject)

    def _take_in(self, t: sqlite3.Connection, case: Case, receipt: dict[str, Any]) -> None:
        t.execute("UPDATE deliveries SET receipt = ? WHERE case_id = ?", (json.dumps(receipt), case.id))
        wanted = {photo["sha256"] for photo in receipt["photos"] if photo["state"] == "wanted"}
        for photo in departing_of(t, case).photos:
            if photo.sha256 in wanted:
                owe(t, case, EntryKind.PHOTO, str(photo.number))
        note_change(t, case.id, SYNC, case.details.subject)


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        number=row["number"],
        case_id=row["case_id"],
        kind=EntryKind(row["kind"]),
        part=row["part"],
        urgent=bool(row["urgent"]),
        upload=row["upload"],
        attempts=row["attempts"],
        fault=row["fault"],
    )


def _require_departing(t: sqlite3.Connection, case: Case, record: dict[str, Any]) -> None:
    """Between its making and its leaving somebody may have chosen otherwise."""
    leaving = [photo.sha256 for photo in departing_of(t, case).photos]
    if [photo["sha256"] for photo in record["photos"]] != leaving:
        raise FaceUnsettled("somebody chose anew about a face: the record is made anew")
