"""The settings page's form: values as the text of its fields, and back.

Beside each field the form carries, under ``shown.NAME``, the text that it was shown with: only what
somebody changed there counts, so two phones that save at once do not undo each other.
"""

import re
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from dashboard.words import when
from device.config import ON_PAGES, Settings, flatten
from device.store.current_settings import SettingsNow

SHOWN = "shown."
_ON = "on"
_OTHERS = ("simulate", "camera", "panel", "web", "storage")
"""The sections whose other values the page shows; what may hold a secret is not among them."""

_LINES = ("clinic.red_flags",)
_SWITCHES = ("consent.ask_before_photo",)
_NUMBERS = ("panel.countdown_seconds", "screen.finding_seconds", "storage.retention_days")
_NONE_WHERE_EMPTY = ("clinic.red_flags", "clinic.emergency_contact", *_NUMBERS)
_NUMBER = re.compile(r"-?\d{1,18}")

Form = MultiDict[str, str]


@dataclass(frozen=True)
class Field:
    """One setting as its field on the page shows it.

    ``shown`` is the text that it was first shown with, ``origin`` says in words where the value
    that holds is from, ``back`` to whose value one may go back (None where it was not set here).
    """

    text: str
    shown: str
    origin: str
    back: str | None
    fixed: bool
    fault: str | None


def fields(now: SettingsNow, given: Settings, form: Form, faults: dict[str, str]) -> dict[str, Field]:
    """Every field by its name, with what was typed into ``form`` where that was sent.

    ``given`` are the settings without what was set on the pages.
    """
    held = _texts(now.settings)
    return {
        name: Field(
            text=_sent(form, name) if _has(form, name) else held[name],
            shown=form.get(SHOWN + name, held[name]),
            origin=origin_words(now, name),
            back=_layer_words(given, name) if name in now.stored else None,
            fixed=now.settings.origins[name] == "option",
            fault=faults.get(name),
        )
        for name in ON_PAGES
    }


def changed_values(now: SettingsNow, form: Form) -> dict[str, Any]:
    """The values, not checked yet, of the fields that differ from how they were shown."""
    held = _texts(now.settings)
    typed = {name: _value(name, _sent(form, name)) for name in ON_PAGES if _has(form, name)}
    shown = {name: _value(name, form.get(SHOWN + name, held[name])) for name in typed}
    return {name: value for name, value in typed.items() if value != shown[name]}


def origin_words(now: SettingsNow, name: str) -> str:
    """Where the value that holds comes from."""
    if now.settings.origins[name] == "pages":
        kept = now.stored[name]
        return f"set here by {kept.set_by} on {when(kept.set_at)}"
    return _layer_words(now.settings, name)


def other_rows(now: SettingsNow) -> list[tuple[str, str, str]]:
    """What is not set here: name, value and origin in words."""
    values = flatten(now.settings.config.model_dump(mode="json"))
    return [
        (name, _shown_text(value), origin_words(now, name))
        for name, value in values.items()
        if name.partition(".")[0] in _OTHERS and name not in ON_PAGES
    ]


def _layer_words(settings: Settings, name: str) -> str:
    origin = settings.origins[name]
    if origin == "option":
        return "given when the kiosk was started"
    return "default" if origin == "default" else f"from {settings.config_file.name}"


def _texts(settings: Settings) -> dict[str, str]:
    values = flatten(settings.config.model_dump(mode="json"))
    return {name: _text(values[name]) for name in ON_PAGES}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _ON if value else ""
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def _shown_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _text(value) or "not set"


def _value(name: str, text: str) -> Any:
    text = text.strip()
    if name in _SWITCHES:
        return text == _ON
    if not text and name in _NONE_WHERE_EMPTY:
        return None
    if name in _LINES:
        return [line.strip() for line in text.splitlines() if line.strip()]
    if name in _NUMBERS and _NUMBER.fullmatch(text):
        return int(text)
    return text


def _has(form: Form, name: str) -> bool:
    """A switch that is off is sent by its mark alone."""
    return name in form or (name in _SWITCHES and SHOWN + name in form)


def _sent(form: Form, name: str) -> str:
    return form.get(name, "")
