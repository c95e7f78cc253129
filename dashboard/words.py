"""How pages say numbers, times, states and urgency."""

from datetime import datetime

from flask import Flask

from device.case import State
from device.entry import Sync, SyncState
from device.face import FaceChoice
from models.conditions import Catalogue, Urgency
from models.percent import percent

_STATES = {
    State.ASKED: "Taking the photo",
    State.CAPTURED: "Thinking",
    State.CLASSIFIED: "Estimate",
    State.RETAKE: "Please take it again",
    State.FAILED: "No estimate",
}

_URGENCIES = {
    Urgency.EMERGENCY: "Get help now",
    Urgency.SOON: "Have it looked at soon",
    Urgency.ROUTINE: "Show it at your next visit",
    Urgency.SELF_CARE: "Keep an eye on it",
}

_SYNC = {
    SyncState.WAITING: "Waits for a connection to the server",
    SyncState.SENDING: "On its way to the server",
    SyncState.SENT: "At the server",
    SyncState.ANSWERED: "The server has answered",
    SyncState.FAILED: "Could not be sent",
    SyncState.PARKED: "The server could not give an opinion",
    SyncState.ASKS: "A face was found: somebody must choose before it is sent",
}

_CHOICES = {
    FaceChoice.BLUR: "Blurred on the copy that leaves",
    FaceChoice.AS_IS: "Sent as it is",
}

PATTERNS = {
    "ready": "Ready",
    "countdown": "Hold still: the photo follows",
    "taking": "Taking a photo: hold still",
    "thinking": "Thinking",
    "done": "Done",
    "answered": "The server has answered",
    "refused": "Press not taken",
    "fault": "Needs care",
    "pairing": "Pairing is open",
    "off": "Not running",
}
"""What each pattern of the panel means."""


def register(app: Flask, catalogue: Catalogue) -> None:
    """Give these words to the templates of ``app``."""

    def condition_name(code: str) -> str:
        known = catalogue.conditions.get(code)
        return known.name if known else code.replace("_", " ")

    app.add_template_filter(condition_name)
    for words in (
        headline,
        percent,
        when,
        state_words,
        urgency_words,
        sync_words,
        choice_words,
        pattern_words,
        gigabytes,
    ):
        app.add_template_filter(words)


def headline(text: str) -> tuple[str, str]:
    """A finding's first sentence, and the rest of it."""
    first, _, rest = text.partition(". ")
    return (f"{first}.", rest) if rest else (text, "")


def when(moment: datetime) -> str:
    """A time on the kiosk's own clock, like ``22 Nov 2026, 14:05``."""
    return moment.astimezone().strftime("%-d %b %Y, %H:%M")


def state_words(state: State) -> str:
    """A case's state."""
    return _STATES[state]


def urgency_words(urgency: str) -> str:
    """How soon a person should be seen."""
    return _URGENCIES[Urgency(urgency)]


def sync_words(sync: Sync) -> str:
    """Where a case stands on its way to the server and back, or what keeps it here or there."""
    if sync.state in (SyncState.WAITING, SyncState.SENT) and sync.reason:
        return sync.reason[0].upper() + sync.reason[1:]
    return _SYNC[sync.state]


def choice_words(choice: FaceChoice) -> str:
    """What somebody chose about a face."""
    return _CHOICES[choice]


def pattern_words(pattern: str) -> str:
    """A pattern of the panel; one that we do not know is said as it is."""
    return PATTERNS.get(pattern, pattern)


def gigabytes(size_bytes: int) -> str:
    """A size as on a card's label."""
    return f"{size_bytes / 1e9:.1f} GB"
