"""From raw edges of a bouncing contact to what the person meant.

gpiozero's own ``bounce_time`` loses edges and its ``when_held`` can stick, so the
contact is debounced here, on raw edges with monotonic times, and its level is also
polled: a lost edge costs at most one poll.
"""

from enum import StrEnum

SETTLE_SECONDS = 0.02
PAIR_HOLD_SECONDS = 2.0
SHUTDOWN_HOLD_SECONDS = 6.0


class Gesture(StrEnum):
    """A short press takes a photo; 2 s open pairing; 6 s shut down."""

    SHORT = "short"
    PAIR = "pair"
    SHUTDOWN = "shutdown"


_HOLDS = ((PAIR_HOLD_SECONDS, Gesture.PAIR), (SHUTDOWN_HOLD_SECONDS, Gesture.SHUTDOWN))


class GestureReader:
    """Feeds on levels with times in seconds of one monotonic clock; gives gestures.

    A level counts once it has held for ``settle_seconds``. A hold is given when
    its time is reached, still held; a press that was a hold is not also short.
    """

    def __init__(self, settle_seconds: float = SETTLE_SECONDS) -> None:
        self._settle_seconds = settle_seconds
        self._down = False
        self._level, self._level_since = False, 0.0
        self._pressed_at = 0.0
        self._given = 0

    @property
    def is_down(self) -> bool:
        """Whether the button is held, bounces aside."""
        return self._down

    def observe(self, down: bool, at: float) -> tuple[Gesture, ...]:
        """Take one edge or one poll: the contact's level ``down`` at the time ``at``."""
        gestures = self._settle(at)
        if down != self._level:
            self._level, self._level_since = down, at
        return gestures

    def _settle(self, at: float) -> tuple[Gesture, ...]:
        gestures: tuple[Gesture, ...] = ()
        if self._level == self._down:
            return self._holds(at)
        if at - self._level_since < self._settle_seconds:
            return self._holds(self._level_since)  # a release, if it settles, counts from its edge
        if self._level:
            self._pressed_at, self._given = self._level_since, 0
        else:
            gestures = self._holds(self._level_since)
            if not self._given:
                gestures = (Gesture.SHORT,)
        self._down = self._level
        return gestures + self._holds(at)

    def _holds(self, at: float) -> tuple[Gesture, ...]:
        if not self._down:
            return ()
        reached = [gesture for seconds, gesture in _HOLDS if at - self._pressed_at >= seconds]
        fresh = tuple(reached[self._given :])
        self._given = max(self._given, len(reached))
        return fresh
