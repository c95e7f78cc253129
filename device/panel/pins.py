"""Where pins come from: the Pi's header, or gpiozero's mock factory in simulation.

The choice is the configuration's alone. There is no fallback: a kiosk whose real
pins cannot be had does not start, because a pretended button is a dead one.
"""

from typing import Any

from device.errors import PanelError


def pin_factory(simulate: bool) -> Any:
    """A gpiozero pin factory. Raises PanelError where the header cannot be used."""
    if simulate:
        from gpiozero.pins.mock import MockFactory

        return MockFactory()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        return LGPIOFactory()
    except Exception as error:  # lgpio raises bare errors of many kinds
        raise PanelError(
            f"the GPIO header cannot be used ({error}): install python3-lgpio on the Pi, or try --simulate"
        ) from error
