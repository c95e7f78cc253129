"""The button: a contact between a GPIO and ground.

Wiring: button between GPIO 17 (pin 11) and ground (pin 9); the Pi's own pull-up
keeps the line high, a press pulls it low.
"""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from gpiozero import DigitalInputDevice, GPIOZeroError

from device.errors import PanelError


class Button:
    """Every raw edge with its time, and the level now."""

    def __init__(self, gpio: int, factory: Any, seconds: Callable[[], float]) -> None:
        """Claim GPIO ``gpio`` (BCM) from a gpiozero pin factory.

        ``seconds`` stamps each edge. Raises PanelError where the pin cannot be had.
        """
        self._edges: SimpleQueue[tuple[bool, float]] = SimpleQueue()
        try:
            self._input = DigitalInputDevice(gpio, pull_up=True, bounce_time=None, pin_factory=factory)
        except GPIOZeroError as error:
            raise PanelError(f"the button on GPIO {gpio} cannot be used: {error}") from error
        self._input.when_activated = lambda: self._edges.put((True, seconds()))
        self._input.when_deactivated = lambda: self._edges.put((False, seconds()))

    @property
    def is_down(self) -> bool:
        """The contact's level now, bounces included."""
        return bool(self._input.value)

    def edges(self) -> tuple[tuple[bool, float], ...]:
        """The edges since the last call, in order: level and time."""
        return tuple(self._edges.get() for _ in range(self._edges.qsize()))

    def push(self) -> None:
        """In simulation: pull the mock pin low, as a finger does."""
        self._input.pin.drive_low()

    def let_go(self) -> None:
        """In simulation: let the mock pin rise again."""
        self._input.pin.drive_high()

    def close(self) -> None:
        """Give the pin back."""
        self._input.close()
