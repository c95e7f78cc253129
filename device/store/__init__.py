"""The store: durable cases, photos, phones and health, shared by the three processes.

Whatever was acknowledged is on disk; any process can be killed at any instant.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from device.case import EVERYTHING, NOT_SAID, Case, CaseDetails, Scope, new_case_id
from device.clock import Clock, SystemClock
from device.errors import StoreError, StoreFull, StoreReadOnly
from device.store.ballast import Ballast
from device.store.cases import Cases, Change, Judgement
from device.store.database import Database, Watch
from device.store.phones import NewPhone, Phone, Phones
from device.store.photos import PhotoFolder
from device.store.pin_presses import PinPresses
from device.store.processes import BEAT_SECONDS, PROCESS_NAMES, Processes, ProcessHealth

__all__ = [
    "BEAT_SECONDS",
    "PROCESS_NAMES",
    "Change",
    "Judgement",
    "NewPhone",
    "Phone",
    "ProcessHealth",
    "Store",
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
    photos: PhotoFolder
    phones: Phones
    pin_presses: PinPresses
    processes: Processes
    ballast: Ballast

    def watch(self) -> Watch:
        """Tells cheaply whether any process changed anything."""
        return self.database.watch()

    def receive_photo(self, photo: bytes, details: CaseDetails = NOT_SAID) -> Case:
        """Keep a phone's photo as a new case: photo first, then the row that names it.

        Raises PhotoError or StoreError; then no case exists.
        """
        case_id = new_case_id()
        kept = self.photos.write(case_id, 0, photo)
        try:
            return self.cases.receive(case_id, kept, details)
        except Exception:
            with suppress(StoreError):  # then it is an orphan, which goes after an hour
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
        """Remove what an interrupted erase or capture left on the disk. Raises StoreError."""
        self.ballast.release_if_low()
        self._remove_files(self.cases.owed_erasures())
        for file in tuple(self.photos.orphans(self.cases.photo_files(), time.time())):
            self.photos.remove(file)
        self.database.forget_deleted()

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
        photos,
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
