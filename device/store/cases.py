"""Cases in the store: every verb of a case's life, each one transaction."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from device.amendment import Draft
from device.case import EVERYTHING, NOT_SAID, Case, CaseDetails, Origin, Photo, Scope, State, new_case_id
from device.clock import Clock
from device.errors import Busy, StoreError
from device.store.case_rows import (
    DETAILS,
    apply_amendment,
    cases_from,
    get_case,
    insert_amendment,
    insert_photo,
    moment_columns,
    note_change,
    require_guardian,
    scope_sql,
    visible_case,
)
from device.store.database import Database
from device.store.faces import await_look, copies_of
from device.store.owing import owe_case, owe_erasure, owe_nothing_yet
from device.store.phones import require_access

_PRESS_HOLDS_SECONDS = 30.0
_ABANDONED = "the kiosk was interrupted before the photo was taken: press again"
_UNFINISHED = "state IN ('asked', 'captured')"
_ANYBODY = Scope(case_id="")
_COUNTS_DOWN = "(state = 'asked' AND boot_id = ? AND boot_seconds > ?)"


@dataclass(frozen=True)
class Judgement:
    """A prediction on its way into the store, with what it was made by.

    ``prediction`` is the object of ``kiosk classify``; ``thresholds`` are the
    manifest's at that time; ``thumbnail`` is a small JPEG of the photo, None where there is none.
    """

    prediction: dict[str, Any]
    manifest_sha256: str
    thresholds: dict[str, float]
    photo_number: int = 0
    thumbnail: bytes | None = None


@dataclass(frozen=True)
class _Beginning:
    """What is known of a case when it begins; ``consent`` None means that nothing was allowed."""

    origin: Origin
    details: CaseDetails
    consent: Draft | None


class Cases:
    """The cases of one kiosk, newest last by ``number``."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def ask(self, origin: Origin, details: CaseDetails = NOT_SAID, consent: Draft | None = None) -> Case:
        """A press: a case that waits for its photo; ``consent`` None means that nothing was allowed.

        Raises Busy while another press is unfinished.
        """
        with self._database.transaction() as t:
            busy = t.execute(f"SELECT 1 FROM cases WHERE {_UNFINISHED} AND origin != 'upload'").fetchone()
            if busy:
                raise Busy("the last photo is still being worked on: press again in a moment")
            return self._insert(t, new_case_id(), State.ASKED, _Beginning(origin, details, consent))

    def receive(
        self,
        case_id: str,
        photo: Photo,
        details: CaseDetails = NOT_SAID,
        consent: Draft | None = None,
        phone_id: str | None = None,
    ) -> Case:
        """A phone's own photo, already on disk under ``case_id``.

        Raises PhoneRevoked where ``phone_id`` lost its access while it was sending.
        """
        with self._database.transaction() as t:
            require_access(t, phone_id)
            self._insert(t, case_id, State.CAPTURED, _Beginning(Origin.UPLOAD, details, consent))
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
            _keep_thumbnail(t, case_id, judgement)
            case = get_case(t, case_id)
            await_look(t, case)
            owe_case(t, case)

    def retake(self, case_id: str, reason: str) -> None:
        """The photo is plainly unusable, and goes nowhere; ``reason`` says what to do."""
        with self._database.transaction() as t:
            self._finish(t, case_id, State.RETAKE, reason)
            owe_nothing_yet(t, case_id)

    def failed(self, case_id: str, reason: str) -> None:
        """No prediction can be made; ``reason`` says why and what to do."""
        with self._database.transaction() as t:
            self._finish(t, case_id, State.FAILED, reason)
            owe_nothing_yet(t, case_id)

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
            return scope.shown(get_case(t, case_id))

    def abandon_old_presses(self) -> None:
        """Fail presses whose photo was never taken and whose person is long gone: those
        of an earlier boot, or older than half a minute.
        """
        now = self._clock.moment()
        with self._database.transaction() as t:
            rows = t.execute(
                f"SELECT id FROM cases WHERE {_UNFINISHED} AND state = 'asked' "
                "AND (boot_id != ? OR boot_seconds < ?)",
                (now.boot_id, now.boot_seconds - _PRESS_HOLDS_SECONDS),
            ).fetchall()
            for row in rows:
                self._finish(t, row["id"], State.FAILED, _ABANDONED)

    def next_unfinished(self, countdown_seconds: float = 0.0) -> Case | None:
        """The case that the device process works on next: presses first, then the oldest.

        A press counts from ``countdown_seconds`` after it was made.
        """
        now = self._clock.moment()
        with self._database.read() as r:
            row = r.execute(
                f"SELECT id FROM cases WHERE {_UNFINISHED} AND NOT {_COUNTS_DOWN} "
                "ORDER BY origin = 'upload', number LIMIT 1",
                (now.boot_id, now.boot_seconds - countdown_seconds),
            ).fetchone()
            return get_case(r, row["id"]) if row else None

    def countdown_left(self, countdown_seconds: float) -> float:
        """Seconds until the photo of the press that waits is taken; 0 where none waits."""
        now = self._clock.moment()
        with self._database.read() as r:
            row = r.execute(
                f"SELECT boot_seconds FROM cases WHERE {_UNFINISHED} AND {_COUNTS_DOWN}",
                (now.boot_id, now.boot_seconds - countdown_seconds),
            ).fetchone()
        return row["boot_seconds"] + countdown_seconds - now.boot_seconds if row else 0.0

    def pressed_within(self, seconds: float) -> Case | None:
        """The newest press at the kiosk as anybody before it may see it, unless its photo is older.
        None where it was erased too: what came before it is not shown again.
        """
        now = self._clock.moment()
        with self._database.read() as r:
            rows = r.execute(
                "SELECT * FROM cases WHERE boot_id = ? AND (state = 'asked' OR boot_seconds > ?) AND id = "
                "(SELECT case_id FROM changes WHERE state = 'asked' ORDER BY number DESC LIMIT 1)",
                (now.boot_id, now.boot_seconds - seconds),
            ).fetchall()
            cases = cases_from(r, rows, _ANYBODY)
        return cases[0] if cases else None

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
            return cases_from(r, rows, scope)

    def retakes_of(self, case_id: str) -> tuple[str, ...]:
        """The ids of the cases that repeat this one, oldest first."""
        with self._database.read() as r:
            rows = r.execute("SELECT id FROM cases WHERE retake_of = ? ORDER BY number", (case_id,))
            return tuple(row["id"] for row in rows)

    def count(self) -> int:
        """How many cases there are."""
        with self._database.read() as r:
            return int(r.execute("SELECT count(*) FROM cases").fetchone()[0])

    def erase(self, case_id: str, scope: Scope = EVERYTHING) -> tuple[str, ...]:
        """Delete a case and note its photo files, returned, as owed to the disk.

        Raises CaseUnknown.
        """
        with self._database.transaction() as t:
            case = visible_case(t, case_id, scope)
            files = tuple(photo.file for photo in (*case.photos, *copies_of(t, case_id)))
            t.executemany("INSERT OR IGNORE INTO erasures (file) VALUES (?)", [(file,) for file in files])
            owe_erasure(t, case)
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

    def named_photos(self, files: Sequence[str]) -> set[str]:
        """Those of these photo files (at most 500) that some case names."""
        marks = ", ".join("?" * len(files))
        with self._database.read() as r:
            rows = r.execute(
                f"SELECT file FROM photos WHERE file IN ({marks}) UNION ALL "
                f"SELECT file FROM blurred_photos WHERE file IN ({marks})",
                (*files, *files),
            )
            return {row["file"] for row in rows}

    def _insert(self, t: sqlite3.Connection, case_id: str, state: State, begun: "_Beginning") -> Case:
        if begun.consent:
            require_guardian(begun.details, begun.consent)
        now = self._clock.moment()
        values = (case_id, state, begun.origin, *moment_columns(now))
        values += tuple(getattr(begun.details, name) for name in DETAILS)
        t.execute(
            "INSERT INTO cases (id, state, origin, boot_id, boot_seconds, wall_at, wall_trusted, "
            f"{', '.join(DETAILS)}) VALUES ({', '.join('?' * len(values))})",
            values,
        )
        if begun.consent:
            insert_amendment(t, case_id, begun.consent, now)
            apply_amendment(t, case_id, begun.consent)
        note_change(t, case_id, state, begun.details.subject)
        return get_case(t, case_id)

    def _finish(self, t: sqlite3.Connection, case_id: str, state: State, reason: str | None) -> None:
        subject = get_case(t, case_id).details.subject
        t.execute("UPDATE cases SET state = ?, reason = ? WHERE id = ?", (state, reason, case_id))
        note_change(t, case_id, state, subject)


def _keep_thumbnail(t: sqlite3.Connection, case_id: str, judgement: Judgement) -> None:
    if judgement.thumbnail is not None:
        t.execute(
            "INSERT OR REPLACE INTO thumbnails (case_id, photo_number, jpeg) VALUES (?, ?, ?)",
            (case_id, judgement.photo_number, judgement.thumbnail),
        )
