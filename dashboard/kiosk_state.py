"""How the kiosk itself is: what its device process last said, read from the store and the panel."""

from dataclasses import dataclass
from typing import Any

from device.errors import DeviceAbsent
from device.live import LiveReader
from device.store import Store

SILENT = "the kiosk's camera program does not run: switch the kiosk off and on again"
_LIGHTS = ("green", "yellow", "red")


@dataclass(frozen=True)
class DeviceState:
    """The device process: running, ready for a press, and its own report (empty where it is not running)."""

    alive: bool
    ready: bool
    report: dict[str, Any]

    @property
    def recognised(self) -> tuple[str, ...] | None:
        """The condition codes of the model at work; None where nobody has said."""
        model = self.report.get("model")
        return tuple(model["conditions"]) if model else None


def device_state(store: Store) -> DeviceState:
    """What the device process says of itself. Raises StoreError."""
    health = store.processes.get("device")
    if health is None or not health.alive:
        return DeviceState(False, False, {})
    return DeviceState(True, bool(health.report.get("ready")), health.report)


def require_device(store: Store) -> None:
    """Raise DeviceAbsent where nobody would take a photo now."""
    state = device_state(store)
    if not state.alive:
        raise DeviceAbsent(SILENT)
    if not state.ready:
        faults = "; ".join(state.report.get("faults", ())) or "it is still starting"
        raise DeviceAbsent(f"the kiosk cannot take photos now ({faults}): see its status page")


def panel_now(store: Store, live: LiveReader) -> dict[str, Any]:
    """The lights and the button as they are; all off where no device process runs."""
    panel = live.panel() if device_state(store).alive else None
    return panel or {
        "pattern": "off",
        "lights": dict.fromkeys(_LIGHTS, False),
        "button_down": False,
        "simulated": False,
    }
