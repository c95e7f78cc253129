"""The sync process: the only way out of the kiosk.

A kiosk that is not enrolled with a server owes nothing to anybody: this process
then says so, opens no socket and reads no case.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from device.errors import KioskError, StoreError
from device.store import BEAT_SECONDS, Store
from device.uplink.enrolment import ENROLMENT_FILE, load_enrolment

if TYPE_CHECKING:
    from device.sync.link import Link

NOT_ENROLLED = "not enrolled with a server: every case stays on this kiosk"

_log = logging.getLogger(__name__)


class SyncProcess:
    """Runs until told to stop; begins, and ends, with the enrolment in its home."""

    def __init__(self, home: Path, open_store: Callable[[], Store], pid: int) -> None:
        """Each thread opens a store of its own."""
        self._home = home
        self._open_store = open_store
        self._store = open_store()
        self._pid = pid
        self._stopping = threading.Event()
        self._link: Link | None = None
        self._enrolled_as: object = None
        self._fault: str | None = None

    def stop(self) -> None:
        """Ask the loop to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Say how things stand until stopped; the process's exit status."""
        while not self._stopping.is_set():
            self._follow_enrolment()
            self._beat()
            self._stopping.wait(BEAT_SECONDS)
        if self._link:
            self._link.stop()
        self._say_goodbye()
        self._store.close()
        return 0

    def _follow_enrolment(self) -> None:
        """Notice ``kiosk enrol`` while running."""
        seen = _stamp(self._home / ENROLMENT_FILE)
        if seen == self._enrolled_as:
            return
        self._enrolled_as = seen
        if self._link:
            self._link.stop()
        self._link = self._begin()

    def _begin(self) -> "Link | None":
        try:
            enrolment = load_enrolment(self._home)
            self._fault = None
        except KioskError as error:
            _log.warning("%s", error)
            enrolment, self._fault = None, str(error)
        if enrolment is None:
            return None
        from device.sync.link import Link  # a kiosk without a server needs no client in its memory

        link = Link(enrolment, self._open_store)
        link.start()
        return link

    def _report(self) -> dict[str, object]:
        if self._link:
            return self._link.report(self._store.outbox.count())
        return {"enrolled": False, "words": self._fault or NOT_ENROLLED}

    def _beat(self) -> None:
        try:
            self._store.processes.beat("sync", self._pid, self._report())
        except StoreError as error:
            _log.warning("%s", error)  # a full card ends nothing: the next beat may fit

    def _say_goodbye(self) -> None:
        try:
            self._store.processes.gone("sync", self._pid)
        except StoreError as error:
            _log.warning("%s", error)  # then it counts as alive until its next beat does not come


def _stamp(path: Path) -> object:
    """Changes whenever the file does; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
