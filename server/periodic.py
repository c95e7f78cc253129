"""Chores that come round: one thread calls each of them again and again."""

import logging
import threading
from collections.abc import Callable, Iterable

EVERY_SECONDS = 60.0
_log = logging.getLogger(__name__)


class Periodic:
    """Calls ``chores`` in order, then rests. A chore that fails keeps the others from nothing."""

    def __init__(self, chores: Iterable[Callable[[], object]], every_seconds: float = EVERY_SECONDS) -> None:
        self._chores = tuple(chores)
        self._every_seconds = every_seconds
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin, in a thread that ends with the process."""
        threading.Thread(target=self._run, daemon=True, name="chores").start()

    def stop(self) -> None:
        """End after the round at hand."""
        self._stopping.set()

    def once(self) -> None:
        """One round."""
        for chore in self._chores:
            try:
                chore()
            except Exception as error:  # noqa: BLE001 - the outermost loop of this thread
                _log.error("a chore failed: %s", type(error).__name__, exc_info=error)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.once()
            self._stopping.wait(self._every_seconds)
