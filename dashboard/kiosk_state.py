"""How the kiosk itself is: what its device process last said, read from the store and the panel."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.errors import DeviceAbsent
from device.live import LiveReader
from device.store import ProcessHealth, Store

SILENT = (
    "the kiosk's camera program is being started again: try in a moment; if this stays, switch the kiosk "
    "off and on again"
)
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


ABSENT = DeviceState(False, False, {})


def device_state(store: Store) -> DeviceState:
    """What the device process says of itself. Raises StoreError."""
    health = store.processes.get("device")
    if health is None:
        return ABSENT
    if not health.alive:
        return _silent(health, store)
    return DeviceState(True, bool(health.report.get("ready")), health.report)


def _silent(health: ProcessHealth, store: Store) -> DeviceState:
    """One that is there and has not spoken: where the store takes no word from anybody, that is why."""
    fault = store.fault() if Path(f"/proc/{health.pid}").exists() else None
    if fault is None:
        return ABSENT
    return DeviceState(True, False, {**health.report, "ready": False, "faults": [fault]})


def require_device(store: Store) -> None:
    """Raise DeviceAbsent where nobody would take a photo now."""
    state = device_state(store)
    if not state.alive:
        raise DeviceAbsent(SILENT)
    if not state.ready:
        faults = "; ".join(state.report.get("faults", ())) or "it is still starting"
        raise DeviceAbsent(f"the kiosk cannot take photos now ({faults}): see its status page")


def panel_now(store: Store, live: LiveReader, fault: str | None = None) -> dict[str, Any]:
    """The panel as it is. Raises StoreError."""
    return panel_of(device_state(store), store, live, fault)


def panel_of(state: DeviceState, store: Store, live: LiveReader, fault: str | None = None) -> dict[str, Any]:
    """The panel of a device process in this ``state``, all off where none runs.

    ``words`` say what needs care, None where nothing does: the panel's own, or what this process
    sees of the card by itself, or ``fault`` that it met, for a full card may not take the panel's.
    """
    panel = live.panel() if state.alive else None
    panel = panel or _panel("off")
    fault = store.card_fault() or fault
    if fault and not panel.get("words"):
        return {**panel, "pattern": "fault", "words": fault}
    return {**panel, "words": panel.get("words")}


def panel_of_fault(words: str) -> dict[str, Any]:
    """The panel where the store cannot even say whether a device process runs."""
    return _panel("fault", words)


def _panel(pattern: str, words: str | None = None) -> dict[str, Any]:
    return {
        "pattern": pattern,
        "words": words,
        "lights": dict.fromkeys(_LIGHTS, False),
        "button_down": False,
        "simulated": False,
    }
