"""An entry of the outbox: one debt to the server."""

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What is owed."""

    RECORD = "record"
    PHOTO = "photo"
    CHANGE = "change"
    ERASURE = "erasure"
    ASK = "ask"
    """For an opinion once more, where the server gave up."""


class SyncState(StrEnum):
    """Where a case stands on its way to the server and back."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    ANSWERED = "answered"
    FAILED = "failed"
    PARKED = "parked"
    ASKS = "asks"


@dataclass(frozen=True)
class Entry:
    """``part`` is a photo's number or a change's id, empty for the others.

    ``upload`` is where an unfinished upload goes on; None where none was begun. ``fault`` is None
    unless the server will not have it.
    """

    number: int
    case_id: str
    kind: EntryKind
    part: str
    urgent: bool
    upload: str | None
    attempts: int
    fault: str | None


@dataclass(frozen=True)
class Sync:
    """How one case stands with the server; ``reason`` is None unless it failed, is parked, waits for
    something else than a connection, or its photo is not simply kept there. Where it ``asks``, somebody
    must choose about a face.

    ``kept`` is whether the server keeps the photo, for good or until ``kept_until`` (ISO 8601; None where
    it does not or names no date). One that it holds until somebody has looked at it is not kept.
    """

    state: SyncState
    reason: str | None = None
    kept: bool = False
    kept_until: str | None = None
