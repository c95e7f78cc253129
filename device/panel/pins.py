"""Where pins come from: the Pi's header, or gpiozero's mock factory in simulation.

The choice is the configuration's alone. There is no fallback: a kiosk whose real
pins cannot be had does not start, because a pretended button is a dead one.
"""

from typing import Any

from device.errors import PanelError


def pin_factory(simulate: bool) -> Any:
    """A gpiozero pin factory. Raises PanelError where the header cannot be used."""
    if simulate:
        return _mock_factory()
    try:
        from gpiozero.pins.lgpio import LGPIOFactory

        return LGPIOFactory()
    except Exception as error:  # lgpio raises bare errors of many kinds
        raise PanelError(
            f"the GPIO header cannot be used ({error}): install python3-lgpio on the Pi, or try --simulate"
        ) from error


def _mock_factory() -> Any:
    from gpiozero.pins.mock import MockFactory, MockPin

    class ForgetfulPin(MockPin):  # type: ignore[misc]
        """A mock pin that keeps no record of all its levels, for a kiosk blinks for months."""

        def _change_state(self, value: bool) -> bool:
            changed = bool(super()._change_state(value))
            del self.states[:-1]
            return changed

    return MockFactory(pin_class=ForgetfulPin)
