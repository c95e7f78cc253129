"""The panel at work: reads the button, shows patterns, every ten milliseconds."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from device.panel.button import Button
from device.panel.gestures import Gesture, GestureReader
from device.panel.lights import Lights
from device.panel.patterns import FLASH_SECONDS, Pattern, levels

TICK_SECONDS = 0.01
WORDS_SECONDS = 10.0
"""How long the reason of a refused press stands on the pages, where people read slower than a flash."""


_BUSY = (Pattern.COUNTDOWN, Pattern.TAKING, Pattern.THINKING)
"""Patterns of a press that is being worked on: the end of the one before does not flash over them."""

_WELL = (Pattern.READY, Pattern.PAIRING, Pattern.OFF)
"""Patterns below which no fault stands."""


class PanelView(Protocol):
    """Whoever wants to see the panel as it is: the live folder."""

    def show_panel(self, panel: dict[str, Any]) -> None:
        """Take the panel's pattern, its words, light levels and button. Raises OSError where
        they cannot be shown now; then they are given again.
        """
        ...


@dataclass(frozen=True, eq=False)
class _Flash:
    """One showing of a pattern that gives way by itself; a second one begins anew."""

    pattern: Pattern
    until: float


@dataclass(frozen=True)
class _Reason:
    """Why a press was refused, and until when that is said."""

    words: str
    until: float


class Panel:
    """Button and lights together; ``tick`` is called from one thread, ``show`` from any."""

    def __init__(
        self, button: Button, lights: Lights, view: PanelView, seconds: Callable[[], float], simulated: bool
    ) -> None:
        self.button = button
        self._lights = lights
        self._view = view
        self._seconds = seconds
        self._simulated = simulated
        self._reader = GestureReader()
        self._below = Pattern.OFF
        self._seconds_left = 0
        self._fault = ""
        self._flash: _Flash | None = None
        self._reason: _Reason | None = None
        self._shown: tuple[Pattern | _Flash, float] = (Pattern.OFF, seconds())
        self._seen: object = None

    def show(self, pattern: Pattern, words: str = "") -> None:
        """Show a pattern until another is shown; ``done`` and ``refused`` give way by themselves.

        ``words`` say why, to the pages: those of a fault until the kiosk is well again,
        those of a refusal for ten seconds or until a press is taken.
        """
        self._note(pattern, words)
        if pattern in FLASH_SECONDS:
            self._flash = _Flash(pattern, self._seconds() + FLASH_SECONDS[pattern])
        else:
            self._below = pattern

    def count_down(self, seconds_left: int) -> None:
        """Show that the photo follows in so many seconds, rounded up."""
        self._seconds_left = seconds_left
        self.show(Pattern.COUNTDOWN)

    def tick(self) -> tuple[Gesture, ...]:
        """Read the button and drive the lights; what the person meant, mostly nothing."""
        now = self._seconds()
        gestures = [gesture for edge in self.button.edges() for gesture in self._reader.observe(*edge)]
        gestures += self._reader.observe(self.button.is_down, now)
        shown = self._to_show(now)
        if shown is not self._shown[0]:
            self._shown = (shown, now)
        pattern = shown.pattern if isinstance(shown, _Flash) else shown
        self._lights.set(levels(pattern, now - self._shown[1]))
        self._report(pattern, self._words(now))
        return tuple(gestures)

    def close(self) -> None:
        """Switch off and give the pins back."""
        self._lights.close()
        self.button.close()

    def _note(self, pattern: Pattern, words: str) -> None:
        if pattern is Pattern.REFUSED:
            self._reason = _Reason(words, self._seconds() + WORDS_SECONDS)
        elif pattern in (Pattern.COUNTDOWN, Pattern.TAKING):
            self._reason = None
        elif pattern is Pattern.FAULT:
            self._fault = words
        elif pattern in _WELL and self._fault:
            self._fault, self._reason = "", None  # a press refused for it would be taken now

    def _words(self, now: float) -> str | None:
        reason = self._reason  # read once: another thread may refuse the next
        if reason and reason.words and now < reason.until:
            return reason.words
        return self._fault or None

    def _to_show(self, now: float) -> "Pattern | _Flash":
        flash = self._flash  # read once: another thread may show the next
        if flash is None or now >= flash.until:
            return self._below
        busy = self._below in _BUSY
        return self._below if busy and flash.pattern is Pattern.DONE else flash

    def _report(self, pattern: Pattern, words: str | None) -> None:
        """Publish what changed; on real hardware the pattern alone, in simulation each light.

        A view that cannot be written costs no press: it is told again at the next tick.
        """
        seen = {
            "pattern": pattern.value,
            "words": words,
            "seconds_left": self._seconds_left if pattern is Pattern.COUNTDOWN else None,
            "lights": self._lights.as_they_are() if self._simulated else levels(pattern, 0.0),
            "button_down": self._reader.is_down,
            "simulated": self._simulated,
        }
        if seen != self._seen:
            with suppress(OSError):
                self._view.show_panel(seen)
                self._seen = seen
