"""The sync process: the only way out of the kiosk.

A kiosk that is not enrolled with a server owes nothing to anybody: this process
then says so, and that is all it does. It opens no socket and reads no case.
"""

import logging
import threading

from device.errors import StoreError
from device.store import BEAT_SECONDS, Store

NOT_ENROLLED = "not enrolled with a server: every case stays on this kiosk"


_log = logging.getLogger(__name__)


class SyncProcess:
    """Runs until told to stop."""

    def __init__(self, store: Store, pid: int) -> None:
        self._store = store
        self._pid = pid
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Say how things stand until stopped; the process's exit status."""
        while not self._stopping.is_set():
            self._beat()
            self._stopping.wait(BEAT_SECONDS)
        self._say_goodbye()
        self._store.close()
        return 0

    def _beat(self) -> None:
        try:
            self._store.processes.beat("sync", self._pid, {"enrolled": False, "words": NOT_ENROLLED})
        except StoreError as error:
            _log.warning("%s", error)  # a full card ends nothing: the next beat may fit

    def _say_goodbye(self) -> None:
        try:
            self._store.processes.gone("sync", self._pid)
        except StoreError as error:
            _log.warning("%s", error)  # then it counts as alive until its next beat does not come
