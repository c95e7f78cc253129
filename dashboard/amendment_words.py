"""How pages say what was written about a case, by whom and when."""

from flask import Flask

from dashboard.words import when
from device.amendment import Amendment, Kind
from device.case import Consent
from models.conditions import Catalogue

_SCOPES = {"analyse": "second opinion", "review": "dermatologist", "train": "teaching the next model"}


def register(app: Flask, catalogue: Catalogue) -> None:
    """Give these words to the templates of ``app``."""

    def diagnosis_words(diagnosis: Amendment) -> str:
        return _diagnosis(diagnosis, catalogue)

    def content_words(amendment: Amendment) -> str:
        return _content(amendment, catalogue)

    for words in (written_words, consent_words, diagnosis_words, content_words):
        app.add_template_filter(words)


def written_words(amendment: Amendment) -> str:
    """Who wrote an amendment, and when."""
    doubt = "" if amendment.time_trusted else " (clock not set)"
    return f"{amendment.written_by}, {when(amendment.written_at)}{doubt}"


def consent_words(consent: Consent) -> str:
    """What the subject allowed."""
    allowed = [words for scope, words in _SCOPES.items() if getattr(consent, scope)]
    given = ", ".join(allowed)
    if given and consent.guardian:
        return f"{given} (given by a guardian)"
    return given or "stays on this kiosk"


def _diagnosis(diagnosis: Amendment, catalogue: Catalogue) -> str:
    """The condition's name, own words, or both; of a condition that the catalogue dropped, its code."""
    code, text = diagnosis.content["condition"], diagnosis.content["text"]
    known = catalogue.conditions.get(code) if code else None
    return ". ".join(words for words in (known.name if known else code, text) if words)


def _content(amendment: Amendment, catalogue: Catalogue) -> str:
    """What an amendment says, in a line or as it was typed."""
    content = amendment.content
    if amendment.is_withdrawn:
        return "taken back"
    if amendment.kind is Kind.NOTE:
        return str(content["text"])
    if amendment.kind is Kind.DIAGNOSIS:
        return _diagnosis(amendment, catalogue)
    if amendment.kind is Kind.CONSENT:
        return consent_words(Consent(**content))
    said = (f"{name.replace('_', ' ')} {value}" for name, value in content.items() if value)
    return ", ".join(said) or "nothing said"
