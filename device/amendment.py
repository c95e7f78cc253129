"""Amendments: what somebody wrote about a case after it was taken."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What an amendment is: a clinician's note or diagnosis, what is said about the case, or consent.

    A case has any number of notes, and of the others one that holds: the latest.
    """

    NOTE = "note"
    DIAGNOSIS = "diagnosis"
    DETAILS = "details"
    CONSENT = "consent"


@dataclass(frozen=True)
class Draft:
    """An amendment on its way into the store.

    ``id`` is a UUID of the writer's making: sent again it is kept once. ``replaces`` is
    the id of the amendment that the writer saw and means to replace, None where there
    was none (or for a new note); with ``replaces_any`` it replaces whatever is the latest.
    ``phone_id`` is None for the command line.
    """

    id: str
    kind: Kind
    content: dict[str, Any]
    written_by: str
    phone_id: str | None = None
    replaces: str | None = None
    replaces_any: bool = False


@dataclass(frozen=True)
class Amendment:
    """An amendment as kept; it is never changed, only replaced by a later one.

    ``content`` holds for a note ``text``, for a diagnosis ``text`` and ``condition`` (a code of
    the catalogue or None), where nothing at all withdraws; for details the fields of CaseDetails but
    ``retake_of``, for consent the three scopes. ``written_at`` is aware UTC.
    """

    id: str
    kind: Kind
    content: dict[str, Any]
    written_by: str
    phone_id: str | None
    replaces: str | None
    written_at: datetime
    time_trusted: bool

    @property
    def is_withdrawn(self) -> bool:
        """Whether it takes a note or a diagnosis back."""
        said = self.content.get("text") or self.content.get("condition")
        return self.kind in (Kind.NOTE, Kind.DIAGNOSIS) and not said

    def as_json(self) -> dict[str, Any]:
        """The amendment as the web API gives it."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            **self.content,
            "written_by": self.written_by,
            "written_at": self.written_at.isoformat(),
            "written_at_trusted": self.time_trusted,
            "replaces": self.replaces,
        }
