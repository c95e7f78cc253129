"""Types of fields that several bodies share."""

import uuid
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints


class Body(BaseModel):
    """A JSON object on the wire: frozen, and deaf to what a newer version adds."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def _is_uuid(text: str) -> str:
    if str(uuid.UUID(text)) != text:
        raise ValueError("an id is a UUID in lower case with hyphens")
    return text


def _to_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment lies within the years 1 to 9999, in UTC too") from error


Id = Annotated[str, StringConstraints(max_length=36), AfterValidator(_is_uuid)]
"""A UUID as text, made by whoever wrote the thing, never reused."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A short text in one line, without control characters."""

Words = Annotated[str, StringConstraints(max_length=10_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
"""A longer text; only tabs and line breaks of the control characters."""

Utc = Annotated[AwareDatetime, AfterValidator(_to_utc)]
"""An aware moment, in UTC."""
