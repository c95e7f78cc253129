"""What stands around every page: who asks, how the kiosk is, what the model cannot do."""

from typing import Any

from flask import Flask, g

from dashboard.door.access import asker, is_machine_path
from dashboard.kiosk_state import ABSENT, device_state, panel_of, panel_of_fault
from dashboard.parts import config_now, parts
from dashboard.words import PATTERNS
from device.config import ClinicConfig
from device.errors import StoreError


def register(app: Flask) -> None:
    """Put the frame around the pages of ``app``."""
    app.before_request(_note_change)
    app.context_processor(_frame)


def _note_change() -> None:
    """Before a page reads anything, note how far the changes are: its script follows from there on."""
    if asker() and not is_machine_path():
        try:
            g.change = parts().store.changes.last()
        except StoreError:
            return  # the page itself will say so


def _frame() -> dict[str, Any]:
    """A store that fails must not take the page that says so with it."""
    store, live, config = parts().store, parts().live, config_now()
    try:
        state = device_state(store)
        panel = panel_of(state, store, live, parts().feed.fault)
    except StoreError as error:
        state, panel = ABSENT, panel_of_fault(str(error))
    recognised = state.recognised
    return {
        "phone": asker(),
        "device": state,
        "panel": panel,
        "patterns": PATTERNS,
        "news": _news(),
        "change": g.get("change", 0),
        "catalogue": parts().catalogue,
        "simulated": config.simulate or bool(state.report.get("simulated")),
        "clinic": _clinic(config.clinic),
        "has_twin": config.simulate,
        "unrecognised": None if recognised is None else parts().catalogue.unrecognised_by(recognised),
    }


def _news() -> frozenset[str]:
    """The cases with news for this phone; none where the store cannot say."""
    phone = asker()
    try:
        return parts().store.marks.of(phone) if phone else frozenset()
    except StoreError:
        return frozenset()


def _clinic(clinic: ClinicConfig) -> dict[str, Any]:
    """What the clinic says beside every case; its name where it gave one."""
    flags, named = clinic.red_flags, "name" in clinic.model_fields_set
    return {
        "name": clinic.name if named else None,
        "red_flags": parts().catalogue.red_flags if flags is None else flags,
        "emergency_contact": clinic.emergency_contact or parts().catalogue.emergency_contact,
    }
