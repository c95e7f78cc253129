"""Names that people type into a form."""

from flask import request


def typed_name(field: str, most_characters: int) -> str:
    """The form's ``field`` as it can be shown: no control characters, not too long; empty where not said."""
    shown = "".join(letter for letter in request.form.get(field, "") if letter.isprintable())
    return shown.strip()[:most_characters]
