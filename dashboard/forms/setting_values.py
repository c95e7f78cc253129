"""Checking what somebody wants to set: one validation for the page's form and the web API."""

import json
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from device.config import ON_PAGES, Config, Settings, flatten

_FIXED = "It was given when the kiosk was started: start it without that option to set it here."
_UNKNOWN = "It cannot be set here."
_UNSHOWABLE = "It holds characters that cannot be shown."
_JOINERS = "\u200c\u200d"
"""Several scripts write letters together, or apart, by these; Python calls them unprintable."""

_WORDS = {
    "string_too_short": "Write something here.",
    "string_too_long": "Write {max_length} characters at most.",
    "string_type": "Write words here.",
    "int_type": "Give a whole number.",
    "int_parsing_size": "Give a smaller number.",
    "greater_than_equal": "Give {ge} or more.",
    "less_than_equal": "Give {le} or less.",
    "bool_type": "Say true or false.",
    "tuple_type": "Give a list of lines.",
    "too_short": "Give {min_length} line or more, or none at all.",
    "too_long": "Give {max_length} lines at most.",
    "literal_error": "Choose {expected}.",
}
"""What to do about each kind of fault that pydantic names."""


def check(settings: Settings, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values as they are to be kept, by dotted name, and for those that do not hold why.

    Space within text becomes one blank: lines are pasted from anywhere.
    """
    tidy = {name: _tidied(value) for name, value in values.items()}
    faults = {name: words for name in tidy if (words := _refusal(settings, name, tidy[name]))}
    whole = {name: value for name, value in tidy.items() if name not in faults}
    try:
        config = Config.model_validate_json(json.dumps(_nested(whole)), strict=True)
    except ValidationError as error:
        return {}, faults | {_name(fault): _words(fault) for fault in reversed(error.errors())}
    held = flatten(config.model_dump(mode="json"))
    return {name: held[name] for name in whole}, faults


def _refusal(settings: Settings, name: str, value: Any) -> str | None:
    """Why nobody may set this, whatever the value's type."""
    if name not in ON_PAGES:
        return _UNKNOWN
    if settings.origins[name] == "option":
        return _FIXED
    lines = value if isinstance(value, list) else [value]
    return None if all(_is_showable(line) for line in lines) else _UNSHOWABLE


def _is_showable(value: Any) -> bool:
    return not isinstance(value, str) or all(c.isprintable() or c in _JOINERS for c in value)


def _tidied(value: Any) -> Any:
    if isinstance(value, list):
        return [_tidied(line) for line in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    tables: dict[str, Any] = {}
    for name, value in values.items():
        section, _, field = name.partition(".")
        tables.setdefault(section, {})[field] = value
    return tables


def _name(fault: ErrorDetails) -> str:
    return ".".join(map(str, fault["loc"][:2])) or "a value"


def _words(fault: ErrorDetails) -> str:
    known = _WORDS.get(fault["type"])
    words = known.format(**fault.get("ctx", {})) if known else f"{fault['msg']}."
    line = fault["loc"][2:]
    return f"Line {int(line[0]) + 1}: {words}" if line else words
