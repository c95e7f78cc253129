"""Kiosks whose call waits until there is something to tell; each holds one of the API's threads.

::

    call ─▶ wait ──────────────┬─▶ woken, or its time is over ─▶ answered
                               │
            one watching thread: how far each waiting kiosk's count of updates is, one query for all
"""

import logging
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

LOOK_SECONDS = 0.25
"""A kiosk that waits learns of an update at most so much later than it could."""

_log = logging.getLogger(__name__)


@dataclass
class _Place:
    """One call that waits for what comes after ``cursor``."""

    cursor: int
    over: threading.Event = field(default_factory=threading.Event)
    sent_away: bool = False

    def send_away(self) -> None:
        """End the wait before its time."""
        self.sent_away = True
        self.over.set()


class Listeners:
    """At most so many at once, and one call of each kiosk: a kiosk that lost its line leaves one behind."""

    def __init__(
        self,
        newest: Callable[[Collection[str]], Mapping[str, int]],
        most: int,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        """``newest`` tells the cursor of the newest update of each of the kiosks that it is given."""
        self._newest = newest
        self._most = most
        self._look_seconds = look_seconds
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}
        self._is_watched = False
        self._ended = threading.Event()

    def wait(self, kiosk_id: str, cursor: int, seconds: float) -> bool:
        """Wait until the kiosk has an update after ``cursor``, at most so long.

        False, soon, for a call that may not wait: too many do, the kiosk calls once more, or the server ends.
        """
        place = self._take(kiosk_id, cursor)
        if place is None:
            return False
        try:
            place.over.wait(seconds)
        finally:
            self._leave(kiosk_id, place)
        return not place.sent_away

    def count(self) -> int:
        """How many wait."""
        with self._lock:
            return len(self._places)

    def end(self) -> None:
        """Send away everybody who waits, and whoever comes from now on."""
        self._ended.set()
        with self._lock:
            for place in self._places.values():
                place.send_away()

    def _take(self, kiosk_id: str, cursor: int) -> _Place | None:
        with self._lock:
            earlier = self._places.get(kiosk_id)
            if self._ended.is_set() or (earlier is None and len(self._places) >= self._most):
                return None
            if earlier is not None:
                earlier.send_away()
            place = self._places[kiosk_id] = _Place(cursor)
            self._have_watched()
            return place

    def _leave(self, kiosk_id: str, place: _Place) -> None:
        with self._lock:
            if self._places.get(kiosk_id) is place:
                del self._places[kiosk_id]

    def _have_watched(self) -> None:
        if not self._is_watched:
            self._is_watched = True
            threading.Thread(target=self._watch, name="listeners", daemon=True).start()

    def _watch(self) -> None:
        """As long as anybody waits."""
        while waiting := self._waiting():
            try:
                self._look(waiting)
            except Exception as error:  # noqa: BLE001 - the outermost loop: they wait on and ask themselves
                _log.warning("updates were not looked for: %s", type(error).__name__)
            self._ended.wait(self._look_seconds)

    def _waiting(self) -> dict[str, _Place]:
        with self._lock:
            self._is_watched = bool(self._places) and not self._ended.is_set()
            return dict(self._places) if self._is_watched else {}

    def _look(self, waiting: Mapping[str, _Place]) -> None:
        newest = self._newest(tuple(waiting))
        for kiosk_id, place in waiting.items():
            if newest.get(kiosk_id, 0) > place.cursor:
                place.over.set()
