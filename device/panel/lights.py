"""The lights, the buzzer and the lamp: one output pin each.

Wiring: an LED with a 330 ohm resistor between GPIO 22 (green), 23 (yellow) or 24
(red) and ground. Buzzer and lamp are optional; a lamp of more than 16 mA needs a
transistor.
"""

from typing import Any

from gpiozero import DigitalOutputDevice, GPIOZeroError

from device.errors import PanelError
from device.panel.patterns import Levels


class Lights:
    """Output pins by channel; a channel without a GPIO is not fitted."""

    def __init__(self, gpios: dict[str, int | None], factory: Any) -> None:
        """Claim the GPIOs (BCM) from a gpiozero pin factory. Raises PanelError."""
        self._pins: dict[str, Any] = {}
        self._levels: Levels = {}
        for channel, gpio in gpios.items():
            if gpio is not None:
                self._pins[channel] = _output(channel, gpio, factory)

    def set(self, levels: Levels) -> bool:
        """Drive the fitted pins; whether any level changed."""
        if levels == self._levels:
            return False
        for channel, pin in self._pins.items():
            pin.value = levels[channel]
        self._levels = levels
        return True

    def as_they_are(self) -> Levels:
        """The fitted channels' levels, read back from the pins."""
        return {channel: bool(pin.value) for channel, pin in self._pins.items()}

    def close(self) -> None:
        """Switch everything off and give the pins back."""
        for pin in self._pins.values():
            pin.off()
            pin.close()


def _output(channel: str, gpio: int, factory: Any) -> Any:
    try:
        return DigitalOutputDevice(gpio, pin_factory=factory)
    except GPIOZeroError as error:
        raise PanelError(f"the {channel} on GPIO {gpio} cannot be used: {error}") from error
