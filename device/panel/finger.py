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
        self._pressing: tuple[int, float] | None = None
        self._look = True
        self._rests_until = 0.0

    def tick(self, now: float, changed: bool) -> None:
        """Go on with the press under way; ``changed`` says that new ones may have been asked for."""
        self._look = self._look or changed
        if self._pressing:
            self._lift(*self._pressing, now)
        elif self._look and now >= self._rests_until:
            self._push(now)

    def _push(self, now: float) -> None:
        waiting = self._presses.waiting()
        self._look = bool(waiting)
        if waiting:
            hold_seconds = max(waiting[0].hold_seconds, SHORT_PRESS_SECONDS)
            self._pressing = (waiting[0].number, now + hold_seconds)
            self._button.push()

    def _lift(self, number: int, until: float, now: float) -> None:
        if now >= until:
            self._button.let_go()
            self._presses.done(number)
            self._pressing = None
            self._rests_until = now + SHORT_PRESS_SECONDS
