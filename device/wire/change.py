"""A change: what was written about a case after its record, each with an id of its own."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from device.wire.fields import Body, Id, Line, Utc

CHANGE_SCHEMA = 1
LARGEST_CHANGE_BYTES = 64 * 1024


class ChangeKind(StrEnum):
    """What a change is about."""

    CONSENT = "consent"
    NOTE = "note"
    DIAGNOSIS = "diagnosis"
    DETAILS = "details"
    MESSAGE = "message"


class Change(Body):
    """Written once, sent until it is receipted, kept once.

    ``content`` is that of the kiosk's amendment of the same kind; for consent the fields of Scopes.
    """

    schema_version: int = Field(default=CHANGE_SCHEMA, alias="schema", ge=1)
    id: Id
    kind: ChangeKind
    content: dict[str, Any]
    written_by: Line = ""
    written_at: Utc | None = None
    written_at_trusted: bool = False
    replaces: Id | None = None
