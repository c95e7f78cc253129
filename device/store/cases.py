"""Cases in the store: every verb of a case's life, each one transaction."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from device.case import EVERYTHING, NOT_SAID, Case, CaseDetails, Origin, Photo, Scope, State, new_case_id
from device.clock import Clock
from device.errors import Busy, StoreError
from device.store.case_rows import (
    DETAILS,
    case_from,
    get_case,
    insert_photo,
    moment_columns,
    moment_from,
    note_change,
    scope_sql,
    visible_case,
)
from device.store.database import Database

_PRESS_HOLDS_SECONDS = 30.0
_ABANDONED = "the kiosk was interrupted before the photo was taken: press again"
_UNFINISHED = "state IN ('asked', 'captured')"


@dataclass(frozen=True)
class Change:
    """A case entered a state; ``state`` is ``erased`` where it is gone.

    ``number`` counts changes; ``subject`` is the case's, for those who may see only one.
    """

    number: int
    case_id: str
    state: str
    subject: str | None


@dataclass(frozen=True)
class Judgement:
    """A prediction on its way into the store, with what it was made by.

    ``prediction`` is the object of ``kiosk classify``; ``thresholds`` are the
    manifest's at that time.
    """

    prediction: dict[str, Any]
    manifest_sha256: str
    thresholds: dict[str, float]
    photo_number: int = 0


class Cases:
    """The cases of one kiosk, newest last by ``number``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(self, origin: Origin, details: CaseDetails = NOT_SAID) -> Case:
        """A press: a case that waits for its photo.

        Raises Busy while another press is unfinished.
        """
        with self._database.transaction() as t:
            busy = t.execute(f"SELECT 1 FROM cases WHERE {_UNFINISHED} AND origin != 'upload'").fetchone()
            if busy:
                raise Busy("the last photo is still being worked on: press again in a moment")
            return self._insert(t, new_case_id(), State.ASKED, origin, details)

    def receive(self, case_id: str, photo: Photo, details: CaseDetails = NOT_SAID) -> Case:
        """A phone's own photo, already on disk under ``case_id``."""
        with self._database.transaction() as t:
            self._insert(t, case_id, State.CAPTURED, Origin.UPLOAD, details)
            insert_photo(t, case_id, photo)
            return get_case(t, case_id)

    def captured(self, case_id: str, photo: Photo) -> Case:
        """The camera's photo of an asked case is on disk.

        Raises CaseUnknown if the case was erased, StoreError if it has that photo already.
        """
        moment = self._clock.moment()
        with self._database.transaction() as t:
            case = get_case(t, case_id)
            if photo.number in {kept.number for kept in case.photos}:
                raise StoreError("this case has its photo already: press again for a new case")
            t.execute(
                "UPDATE cases SET state = 'captured', boot_id = ?, boot_seconds = ?, wall_at = ?, "
                "wall_trusted = ? WHERE id = ?",
                (*moment_columns(moment), case_id),
            )
            insert_photo(t, case_id, photo)
            note_change(t, case_id, State.CAPTURED, case.details.subject)
            return get_case(t, case_id)

    def classified(self, case_id: str, judgement: Judgement) -> None:
        """The model spoke. Raises CaseUnknown if the case was erased meanwhile."""
        model = judgement.prediction["model"]
        with self._database.transaction() as t:
            self._finish(t, case_id, State.CLASSIFIED, None)
            t.execute(
                "INSERT INTO predictions (case_id, photo_number, model_name, model_version, model_sha256, "
                "manifest_sha256, thresholds, prediction) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    case_id,
                    judgement.photo_number,
                    model["name"],
                    model["version"],
                    model["sha256"],
                    judgement.manifest_sha256,
                    json.dumps(judgement.thresholds),
                    json.dumps(judgement.prediction),
                ),
            )

    def retake(self, case_id: str, reason: str) -> None:
        """The photo is plainly unusable; ``reason`` says what to do."""
        with self._database.transaction() as t:
            self._finish(t, case_id, State.RETAKE, reason)

    def failed(self, case_id: str, reason: str) -> None:
        """No prediction can be made; ``reason`` says why and what to do."""
        with self._database.transaction() as t:
            self._finish(t, case_id, State.FAILED, reason)

    def classify_again(self, case_id: str, scope: Scope = EVERYTHING) -> Case:
        """Let the device process look at a finished case's photo once more.

        Raises CaseUnknown, or Busy where it is not finished or has no photo.
        """
        with self._database.transaction() as t:
            case = visible_case(t, case_id, scope)
            if not case.state.is_final or not case.photos:
                raise Busy("this case has no photo that waits for nothing: take a new one")
            t.execute("UPDATE cases SET state = 'captured', reason = NULL WHERE id = ?", (case_id,))
            note_change(t, case_id, State.CAPTURED, case.details.subject)
            return get_case(t, case_id)

    def abandon_old_presses(self) -> None:
        """Fail presses whose photo was never taken and whose person is long gone: those
        of an earlier boot, or older than half a minute.
        """
        now = self._clock.moment()
        with self._database.transaction() as t:
            rows = t.execute(
                "SELECT id FROM cases WHERE state = 'asked' AND (boot_id != ? OR boot_seconds < ?)",
                (now.boot_id, now.boot_seconds - _PRESS_HOLDS_SECONDS),
            ).fetchall()
            for row in rows:
                self._finish(t, row["id"], State.FAILED, _ABANDONED)

    def next_unfinished(self) -> Case | None:
        """The case that the device process works on next: presses first, then the oldest."""
        with self._database.read() as r:
            row = r.execute(
                f"SELECT id FROM cases WHERE {_UNFINISHED} ORDER BY origin = 'upload', number LIMIT 1"
            ).fetchone()
            return get_case(r, row["id"]) if row else None

    def get(self, case_id: str, scope: Scope = EVERYTHING) -> Case:
        """One case. Raises CaseUnknown where there is none within ``scope``."""
        with self._database.read() as r:
            return visible_case(r, case_id, scope)

    def newest_first(
        self, limit: int, before: int | None = None, scope: Scope = EVERYTHING
    ) -> tuple[Case, ...]:
        """Up to ``limit`` cases, newest first, those with a number under ``before``."""
        where, values = scope_sql(scope)
        with self._database.read() as r:
            rows = r.execute(
                f"SELECT * FROM cases WHERE number < ? AND {where} ORDER BY number DESC LIMIT ?",
                (before if before is not None else 1 << 62, *values, limit),
            ).fetchall()
            return tuple(case_from(r, row) for row in rows)

    def retakes_of(self, case_id: str) -> tuple[str, ...]:
        """The ids of the cases that repeat this one, oldest first."""
        with self._database.read() as r:
            rows = r.execute("SELECT id FROM cases WHERE retake_of = ? ORDER BY number", (case_id,))
            return tuple(row["id"] for row in rows)

    def count(self) -> int:
        """How many cases there are."""
        with self._database.read() as r:
            return int(r.execute("SELECT count(*) FROM cases").fetchone()[0])

    def changes_after(self, number: int, limit: int = 500) -> tuple[Change, ...]:
        """The changes of state after the one numbered ``number``, in order."""
        with self._database.read() as r:
            rows = r.execute(
                "SELECT * FROM changes WHERE number > ? ORDER BY number LIMIT ?", (number, limit)
            )
            return tuple(Change(**dict(row)) for row in rows)

    def last_change(self) -> int:
        """The number of the newest change; 0 where there is none."""
        with self._database.read() as r:
            return int(r.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()[0])

    def erase(self, case_id: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Delete a case and note its photo files, returned, as owed to the disk.

        Raises CaseUnknown.
        """
        with self._database.transaction() as t:
            case = visible_case(t, case_id, scope)
            files = tuple(photo.file for photo in case.photos)
            t.executemany("INSERT OR IGNORE INTO erasures (file) VALUES (?)", [(file,) for file in files])
            t.execute("DELETE FROM cases WHERE id = ?", (case_id,))
            t.execute("UPDATE changes SET subject = NULL WHERE case_id = ?", (case_id,))
            note_change(t, case_id, "erased", None)
        return files

    def owed_erasures(self) -> tuple[str, ...]:
        """Photo files of erased cases that may still be on disk."""
        with self._database.read() as r:
            return tuple(row["file"] for row in r.execute("SELECT file FROM erasures"))

    def erasure_done(self, files: Sequence[str]) -> None:
        """These files are gone from the disk."""
        with self._database.transaction() as t:
            t.executemany("DELETE FROM erasures WHERE file = ?", [(file,) for file in files])

    def photo_files(self) -> set[str]:
        """Every photo file that a case names."""
        with self._database.read() as r:
            return {row["file"] for row in r.execute("SELECT file FROM photos")}

    def correct_times(self) -> int:
        """Once the clock is trusted, give this boot's cases their right wall time; how many."""
        now = self._clock.moment()
        if not now.trusted:
            return 0
        with self._database.read() as r:
            query = "SELECT * FROM cases WHERE boot_id = ? AND wall_trusted = 0"
            wrong = r.execute(query, (now.boot_id,)).fetchall()
        if wrong:
            with self._database.transaction() as t:
                t.executemany(
                    "UPDATE cases SET wall_at = ?, wall_trusted = 1 WHERE id = ? AND wall_trusted = 0",
                    [(moment_from(row).corrected_by(now).wall_at.isoformat(), row["id"]) for row in wrong],
                )
        return len(wrong)

    def _insert(
        self, t: sqlite3.Connection, case_id: str, state: State, origin: Origin, details: CaseDetails
    ) -> Case:
        values = (case_id, state, origin, *moment_columns(self._clock.moment()))
        values += tuple(getattr(details, name) for name in DETAILS)
        t.execute(
            "INSERT INTO cases (id, state, origin, boot_id, boot_seconds, wall_at, wall_trusted, "
            f"{', '.join(DETAILS)}) VALUES ({', '.join('?' * len(values))})",
            values,
        )
        note_change(t, case_id, state, details.subject)
        return get_case(t, case_id)

    def _finish(self, t: sqlite3.Connection, case_id: str, state: State, reason: str | None) -> None:
        subject = get_case(t, case_id).details.subject
        t.execute("UPDATE cases SET state = ?, reason = ? WHERE id = ?", (state, reason, case_id))
        note_change(t, case_id, state, subject)
