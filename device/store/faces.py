"""Faces in the store: which photos were looked at, what was chosen, and so what may leave the kiosk."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from device.case import EVERYTHING, Case, Photo, Scope
from device.errors import ChoiceRefused, FaceUnsettled
from device.face import Box, FaceChoice
from device.store.case_rows import get_case, note_change, visible_case
from device.store.database import Database
from device.store.phones import require_access

_NO_FACE = "no face was found on this photo: there is nothing to choose"
_STILL_LOOKING = "faces are still being looked for: try again in a moment"
_GONE_ALREADY = "this case has left the kiosk as it was chosen: take back the consent, or erase it"
_UNSETTLED = "faces on the photo wait for a look, or for somebody to choose"


@dataclass(frozen=True)
class FaceTask:
    """What the device process has to do next: look at ``photo`` where ``boxes`` is None, else blur them."""

    case_id: str
    photo: Photo
    boxes: tuple[Box, ...] | None


@dataclass(frozen=True)
class Departing:
    """What may leave the kiosk of a case's photos: themselves, or copies with blurred faces.

    ``thumbnail`` is a small JPEG of the first of them, None where there is none.
    """

    photos: tuple[Photo, ...]
    thumbnail: bytes | None


class Faces:
    """What was found on photos; nothing of a photo leaves that this class does not let go."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def next_task(self) -> FaceTask | None:
        """What to do next, the oldest first; None where nothing waits."""
        with self._database.read() as r:
            row = r.execute(
                "SELECT photos.*, waits_for, boxes FROM faces JOIN photos "
                "ON photos.case_id = faces.case_id AND photos.number = photo_number "
                "WHERE waits_for IS NOT NULL ORDER BY faces.number LIMIT 1"
            ).fetchone()
        if row is None:
            return None
        boxes = _boxes(row) if row["waits_for"] == "blur" else None
        return FaceTask(row["case_id"], _photo(row), boxes)

    def looked(self, task: FaceTask, boxes: Sequence[Box]) -> None:
        """Somebody looked: these faces are there, or none. Raises CaseUnknown if the case was erased."""
        found = json.dumps([[round(share, 4) for share in box] for box in boxes])
        with self._database.transaction() as t:
            self._settle(t, task, "boxes = ?", found)

    def blurred(self, task: FaceTask, copy: Photo, thumbnail: bytes) -> None:
        """A copy with blurred faces, already on disk, leaves instead. Raises CaseUnknown as ``looked``."""
        columns = {"case_id": task.case_id, **vars(copy), "thumbnail": thumbnail}
        with self._database.transaction() as t:
            get_case(t, task.case_id)
            t.execute(
                f"INSERT OR REPLACE INTO blurred_photos ({', '.join(columns)}) "
                f"VALUES ({', '.join('?' * len(columns))})",
                tuple(columns.values()),
            )
            self._settle(t, task, "fault = ?", None)

    def failed(self, task: FaceTask, fault: str) -> None:
        """It cannot be done, and the photo stays here. Raises CaseUnknown as ``looked``."""
        with self._database.transaction() as t:
            self._settle(t, task, "fault = ?", fault)

    def choose(
        self,
        case_id: str,
        choice: FaceChoice,
        chosen_by: str,
        phone_id: str | None = None,
        scope: Scope = EVERYTHING,
    ) -> Case:
        """Somebody chose for every photo of the case that shows a face; the case as it is then.

        Raises CaseUnknown, PhoneRevoked, or ChoiceRefused where there is nothing to choose (any more).
        """
        with self._database.transaction() as t:
            require_access(t, phone_id)
            case = visible_case(t, case_id, scope)
            _require_choice(t, case_id)
            t.execute(
                "UPDATE faces SET choice = ?, chosen_by = ?, phone_id = ?, fault = NULL, waits_for = ? "
                "WHERE case_id = ? AND boxes != '[]'",
                (choice, chosen_by, phone_id, "blur" if choice is FaceChoice.BLUR else None, case_id),
            )
            note_change(t, case_id, "sync", case.details.subject)
            return scope.shown(get_case(t, case_id))

    def departing(self, case_id: str) -> Departing:
        """What may leave of a case's photos, and nothing else may.

        Raises CaseUnknown, or FaceUnsettled while one of them waits for a look, a choice or its copy.
        """
        with self._database.read() as r:
            return departing_of(r, get_case(r, case_id))

    def copies(self, case_id: str) -> tuple[Photo, ...]:
        """The copies with blurred faces that are kept beside a case's photos; most have none."""
        with self._database.read() as r:
            return copies_of(r, case_id)

    def _settle(self, t: sqlite3.Connection, task: FaceTask, setting: str, value: str | None) -> None:
        """Write down how a task ended, and tell of it where the case is on its way to the server."""
        case = get_case(t, task.case_id)
        t.execute(
            f"UPDATE faces SET waits_for = NULL, {setting} WHERE case_id = ? AND photo_number = ?",
            (value, task.case_id, task.photo.number),
        )
        if case.sync:
            note_change(t, case.id, "sync", case.details.subject)


def await_look(t: sqlite3.Connection, case: Case) -> None:
    """Let the device process look at the case's photos, unless it did; where it could not, once more."""
    t.executemany(
        "INSERT INTO faces (case_id, photo_number) VALUES (?, ?) ON CONFLICT (case_id, photo_number) "
        "DO UPDATE SET waits_for = 'look', boxes = NULL, fault = NULL WHERE fault IS NOT NULL",
        [(case.id, photo.number) for photo in case.photos],
    )


def departing_of(connection: sqlite3.Connection, case: Case) -> Departing:
    """What may leave of ``case``, within a transaction of the caller's. Raises FaceUnsettled."""
    rows = connection.execute(
        "SELECT * FROM departing_photos WHERE case_id = ? ORDER BY number", (case.id,)
    ).fetchall()
    if [row["number"] for row in rows] != [photo.number for photo in case.photos] or not rows:
        raise FaceUnsettled(_UNSETTLED)
    thumbnail = rows[0]["thumbnail"]
    return Departing(tuple(_photo(row) for row in rows), bytes(thumbnail) if thumbnail else None)


def copies_of(connection: sqlite3.Connection, case_id: str) -> tuple[Photo, ...]:
    """The copies with blurred faces that are kept beside a case's photos."""
    rows = connection.execute("SELECT * FROM blurred_photos WHERE case_id = ?", (case_id,))
    return tuple(_photo(row) for row in rows)


def _require_choice(t: sqlite3.Connection, case_id: str) -> None:
    rows = t.execute("SELECT boxes, fault FROM faces WHERE case_id = ?", (case_id,)).fetchall()
    if not rows or any(row["boxes"] is None for row in rows):
        raise ChoiceRefused(next((row["fault"] for row in rows if row["fault"]), _STILL_LOOKING))
    if all(row["boxes"] == "[]" for row in rows):
        raise ChoiceRefused(_NO_FACE)
    if t.execute("SELECT 1 FROM deliveries WHERE case_id = ? AND record IS NOT NULL", (case_id,)).fetchone():
        raise ChoiceRefused(_GONE_ALREADY)


def _boxes(row: sqlite3.Row) -> tuple[Box, ...]:
    return tuple((left, top, width, height) for left, top, width, height in json.loads(row["boxes"]))


def _photo(row: sqlite3.Row) -> Photo:
    return Photo(**{name: row[name] for name in Photo.__dataclass_fields__})
