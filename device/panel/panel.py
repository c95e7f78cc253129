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


class PanelView(Protocol):
    """Whoever wants to see the panel as it is: the live folder."""

    def show_panel(self, panel: dict[str, Any]) -> None:
        """Take the panel's pattern, light levels and button."""
        ...


@dataclass(frozen=True, eq=False)
class _Flash:
    """One showing of a pattern that gives way by itself; a second one begins anew."""

    pattern: Pattern
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
        self._flash: _Flash | None = None
        self._shown: tuple[Pattern | _Flash, float] = (Pattern.OFF, seconds())
        self._seen: object = None

    def show(self, pattern: Pattern) -> None:
        """Show a pattern until another is shown; ``done`` and ``refused`` give way by themselves."""
        if pattern in FLASH_SECONDS:
            self._flash = _Flash(pattern, self._seconds() + FLASH_SECONDS[pattern])
        else:
            self._below = pattern

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
        self._report(pattern)
        return tuple(gestures)

    def close(self) -> None:
        """Switch off and give the pins back."""
        self._lights.close()
        self.button.close()

    def _to_show(self, now: float) -> "Pattern | _Flash":
        flash = self._flash  # read once: another thread may show the next
        if flash is None or now >= flash.until:
            return self._below
        busy = self._below in (Pattern.TAKING, Pattern.THINKING)
        return self._below if busy and flash.pattern is Pattern.DONE else flash

    def _report(self, pattern: Pattern) -> None:
        """Publish what changed; on real hardware the pattern alone, in simulation each light.

        A view that cannot be written costs no press: it is told again at the next tick.
        """
        seen = {
            "pattern": pattern.value,
            "lights": self._lights.as_they_are() if self._simulated else levels(pattern, 0.0),
            "button_down": self._reader.is_down,
            "simulated": self._simulated,
        }
        if seen != self._seen:
            with suppress(OSError):
                self._view.show_panel(seen)
                self._seen = seen
