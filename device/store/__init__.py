"""The store: durable cases, photos, phones and health, shared by the three processes.

Whatever was acknowledged is on disk; any process can be killed at any instant.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from device.amendment import Draft
from device.case import EVERYTHING, NOT_SAID, Case, CaseDetails, Scope, new_case_id
from device.clock import Clock, SystemClock
from device.errors import CaseUnknown, StoreError, StoreFull, StoreReadOnly
from device.store.amendments import Amendments
from device.store.answers import Answers
from device.store.ballast import Ballast
from device.store.cases import Cases, Judgement
from device.store.changes import Change, Changes
from device.store.database import Database, Watch
from device.store.faces import Departing, Faces, FaceTask
from device.store.history import History, Subject
from device.store.marks import Marks
from device.store.orphans import Orphans
from device.store.outbox import Outbox
from device.store.phones import NewPhone, Phone, Phones
from device.store.photos import PhotoFolder
from device.store.pin_presses import PinPresses
from device.store.processes import BEAT_SECONDS, PROCESS_NAMES, Processes, ProcessHealth
from device.store.retention import Retention
from device.store.settings import StoredSetting, StoredSettings
from device.store.times import Times

__all__ = [
    "BEAT_SECONDS",
    "PROCESS_NAMES",
    "Change",
    "Departing",
    "FaceTask",
    "Judgement",
    "NewPhone",
    "Phone",
    "ProcessHealth",
    "Store",
    "StoredSetting",
    "Subject",
    "Watch",
    "open_store",
]

DATABASE_FILE = "kiosk.sqlite3"
PHOTO_FOLDER = "photos"


@dataclass(frozen=True)
class Store:
    """The parts of the store over one database and one folder of photos."""

    database: Database
    cases: Cases
    changes: Changes
    amendments: Amendments
    faces: Faces
    outbox: Outbox
    answers: Answers
    marks: Marks
    history: History
    times: Times
    photos: PhotoFolder
    orphans: Orphans
    retention: Retention
    settings: StoredSettings
    phones: Phones
    pin_presses: PinPresses
    processes: Processes
    ballast: Ballast

    def watch(self) -> Watch:
        """Tells cheaply whether any process changed anything."""
        return self.database.watch()

    def fault(self) -> str | None:
        """Why the next case could not be kept: no room, not writable, or held by another program.

        None where it could. Waits a second for whoever holds the database.
        """
        fault = self.card_fault()
        if fault:
            return fault
        try:
            self.database.require_writable()
        except StoreError as error:
            return str(error)
        return None

    def card_fault(self) -> str | None:
        """Why the card would take no photo; None where it would. Never waits."""
        try:
            self.photos.require_room()
        except StoreError as error:
            return str(error)
        except OSError as error:
            return f"the card cannot be read ({error.strerror}): check it"
        return None

    def receive_photo(
        self,
        photo: bytes,
        details: CaseDetails = NOT_SAID,
        consent: Draft | None = None,
        phone_id: str | None = None,
    ) -> Case:
        """Keep a phone's photo as a new case: photo first, then the row that names it.

        Raises PhotoError, PhoneRevoked or StoreError; then no case exists.
        """
        case_id = new_case_id()
        kept = self.photos.write(case_id, 0, photo)
        try:
            return self.cases.receive(case_id, kept, details, consent, phone_id)
        except Exception:
            with suppress(StoreError):  # then it is an orphan, which goes at its second look
                self.photos.remove(kept.file)
            raise

    def erase(self, case_id: str, scope: Scope = EVERYTHING) -> None:
        """Erase a case and its photos from this kiosk, on a full card too.

        Raises CaseUnknown or StoreError.
        """
        self.ballast.release_if_low()
        self._remove_files(self.cases.erase(case_id, scope))
        self.database.forget_deleted()

    def finish_erasures(self) -> None:
        """Remove what an interrupted erase left on the disk. Raises StoreError."""
        self.ballast.release_if_low()
        self._remove_files(self.cases.owed_erasures())
        self.database.forget_deleted()

    def remove_orphans(self) -> None:
        """Remove what an interrupted capture left on the disk; called now and then. Raises StoreError."""
        for file in self.orphans.look(self.cases.named_photos):
            self.photos.remove(file)

    def keep_retention(self, days: int | None) -> None:
        """Erase what is older than ``days``, carefully; None keeps all. Called once an hour.

        Raises StoreError.
        """
        for case_id in self.retention.look(days):
            with suppress(CaseUnknown):  # erased by a person meanwhile
                self.erase(case_id)

    def keep_ballast(self) -> None:
        """Hold room back for erasing again, once there is enough; cheap enough for every beat."""
        self.ballast.keep()

    def close(self) -> None:
        """Close the database's connections."""
        self.database.close()

    def _remove_files(self, files: tuple[str, ...]) -> None:
        for file in files:
            self.photos.remove(file)
        if files:
            self.cases.erasure_done(files)


def open_store(home: Path, reserve_bytes: int = 0, clock: Clock | None = None) -> Store:
    """Open the store in ``home``, making what is missing; group-readable, closed to others.

    On a full card the ballast makes way, lest nothing can be looked at or erased.
    Raises StoreError: the message says what to do.
    """
    clock = clock or SystemClock()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o770)
    except OSError as error:
        raise StoreReadOnly(f"the home {home} cannot be made ({error.strerror}): choose another") from error
    ballast = Ballast(home)
    ballast.release_if_low()
    photos = PhotoFolder(home / PHOTO_FOLDER, reserve_bytes, ballast)
    database = _open_database(home / DATABASE_FILE, ballast)
    ballast.keep()
    return Store(
        database,
        Cases(database, clock),
        Changes(database),
        Amendments(database, clock),
        Faces(database),
        Outbox(database, clock),
        Answers(database, clock),
        Marks(database),
        History(database),
        Times(database, clock),
        photos,
        Orphans(photos),
        Retention(database, clock),
        StoredSettings(database, clock),
        Phones(database, clock),
        PinPresses(database),
        Processes(database, clock),
        ballast,
    )


def _open_database(path: Path, ballast: Ballast) -> Database:
    try:
        return Database(path)
    except StoreFull:
        ballast.release()  # a migration, or another program, took the last room
        return Database(path)
