"""Updates: what the server has for a kiosk, in order, each told until the kiosk asks for what comes after."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from device.wire.fields import Body, Id, Utc


class UpdateKind(StrEnum):
    """What an update is about."""

    OPINION = "opinion"
    """``content`` is the object of ``kiosk classify``, by the server's model."""
    PARKED = "parked"
    """No opinion could be made: ``content`` has ``reason``."""
    RECEIPT = "receipt"
    """Somebody at the server chose about a photo that it held: a new receipt tells."""
    RECOMMENDATION = "recommendation"
    ERASURE = "erasure"
    RELEASE = "release"
    RESTORED = "restored"
    """The server knows nothing of what came since ``backup_made_at`` (ISO 8601), which ``content`` has."""


class Update(Body):
    """One of them; ``cursor`` counts this kiosk's, from 1, without gaps but for a leap before RESTORED.
    ``case`` is None for what is about no case.

    ``kind`` is one of UpdateKind, or what a newer server says.
    """

    cursor: int
    kind: str
    case: Id | None = None
    content: dict[str, Any]
    at: Utc


class Updates(Body):
    """An answer: ask next with ``after`` set to ``next``, ``pause_seconds`` later where that is not 0."""

    updates: tuple[Update, ...]
    next: int
    pause_seconds: int = Field(default=0, ge=0)
