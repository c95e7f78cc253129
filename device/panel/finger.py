"""The finger that presses the simulated button for a command or a page."""

from typing import Protocol

from device.panel.button import Button

SHORT_PRESS_SECONDS = 0.06


class AskedPress(Protocol):
    """One press that somebody asked for."""

    @property
    def number(self) -> int:
        """Which one it is."""
        ...

    @property
    def hold_seconds(self) -> float:
        """How long the button stays down."""
        ...


class AskedPresses(Protocol):
    """Where presses are asked for: the store."""

    def waiting(self) -> tuple[AskedPress, ...]:
        """The presses not made yet, oldest first."""
        ...

    def done(self, number: int) -> None:
        """The press was made and the pin is released."""
        ...


class Finger:
    """Makes asked presses on the mock pin, one after the other."""

    def __init__(self, button: Button, presses: AskedPresses) -> None:
        self._button = button
        self._presses = presses
        self._pressing: AskedPress | None = None
        self._lifts_at: float | None = None
        self._look = True
        self._rests_until = 0.0

    def tick(self, now: float, changed: bool) -> None:
        """Go on with the press under way; ``changed`` says that new ones may have been asked for."""
        self._look = self._look or changed
        if self._pressing is None:
            if self._look and now >= self._rests_until:
                self._push()
        elif self._lifts_at is None:  # counted from after the edge, lest a hold be a moment too short
            self._lifts_at = now + max(self._pressing.hold_seconds, SHORT_PRESS_SECONDS)
        elif now >= self._lifts_at:
            self.lift(now)

    def lift(self, now: float) -> None:
        """End the press under way, if there is one: it counts as made."""
        if self._pressing is not None:
            self._button.let_go()
            self._presses.done(self._pressing.number)
            self._pressing, self._lifts_at = None, None
            self._rests_until = now + SHORT_PRESS_SECONDS

    def _push(self) -> None:
        waiting = self._presses.waiting()
        self._look = bool(waiting)
        if waiting:
            self._pressing = waiting[0]
            self._button.push()
