"""Pairing links that did not hold: a few are a slip of the finger, many are somebody guessing."""

import threading
import time
from collections.abc import Callable

MOST_A_MINUTE = 5
_SPAN_SECONDS = 60.0


class WrongLinks:
    """Counts wrong links for each address over the last minute."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._tries: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def too_many_from(self, address: str) -> bool:
        """Whether the address has used up its wrong tries for now."""
        with self._lock:
            self._forget_old()
            return len(self._tries.get(address, ())) >= MOST_A_MINUTE

    def note(self, address: str) -> None:
        """The address tried a link that does not hold."""
        with self._lock:
            self._tries.setdefault(address, []).append(self._seconds())

    def _forget_old(self) -> None:
        oldest = self._seconds() - _SPAN_SECONDS
        recent = {address: [at for at in tries if at > oldest] for address, tries in self._tries.items()}
        self._tries = {address: tries for address, tries in recent.items() if tries}
