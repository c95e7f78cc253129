"""The catalogue: every condition the kiosk can speak of, recognised yet or not."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from models.errors import CatalogueInvalid


class Urgency(StrEnum):
    """How soon a person should be seen, the most pressing first."""

    EMERGENCY = "emergency"
    SOON = "soon"
    ROUTINE = "routine"
    SELF_CARE = "self-care"

    @property
    def is_pressing(self) -> bool:
        """Whether the person is told to be seen soon, or at once."""
        return self in (Urgency.EMERGENCY, Urgency.SOON)


class Link(BaseModel):
    """A public page where a patient can read more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    url: HttpUrl

    def as_json(self) -> dict[str, str]:
        """``{"title", "url"}``, as a finding carries it."""
        return {"title": self.title, "url": str(self.url)}


class Condition(BaseModel):
    """An entry of the catalogue: what a patient is told about one condition."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z][a-z_]*$")
    name: str = Field(min_length=1)
    description: str = Field(min_length=1)
    advice: str = Field(min_length=1)
    urgency: Urgency
    malignant: bool = False
    """Whether missing it may cost a life: cancers and their forerunners. The
    scores of all malignant conditions together decide whether a finding says
    "have it looked at soon"."""
    links: tuple[Link, ...] = Field(min_length=2, max_length=3)


class _CatalogueFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    disclaimer: str = Field(min_length=1)
    emergency_contact: str = Field(min_length=1)
    red_flags: tuple[str, ...] = Field(min_length=1)
    condition: tuple[Condition, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Catalogue:
    """All conditions by code in the catalogue's order, and the words beside every finding.

    ``red_flags`` are the signs that need help at once whatever the model says, and
    ``emergency_contact`` is whom to call; a clinic's configuration may replace both.
    """

    disclaimer: str
    emergency_contact: str
    red_flags: tuple[str, ...]
    conditions: Mapping[str, Condition]

    def __getitem__(self, code: str) -> Condition:
        return self.conditions[code]

    def unrecognised_by(self, recognised: tuple[str, ...]) -> tuple[Condition, ...]:
        """The conditions that a model with these classes cannot recognise yet."""
        return tuple(c for c in self.conditions.values() if c.code not in recognised)


def load_catalogue(text: str | None = None) -> Catalogue:
    """Read the shipped catalogue, or the TOML given as ``text``.

    Raises CatalogueInvalid, naming the entry that does not hold.
    """
    if text is None:
        text = resources.files("models").joinpath("conditions.toml").read_text(encoding="utf-8")
    try:
        content: dict[str, Any] = tomllib.loads(text)
        file = _CatalogueFile.model_validate(content)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise CatalogueInvalid(
            f"models/conditions.toml does not hold, mend the entry named: {error}"
        ) from error
    conditions = {condition.code: condition for condition in file.condition}
    if len(conditions) != len(file.condition):
        raise CatalogueInvalid("models/conditions.toml has the same code twice: remove one of the two")
    return Catalogue(file.disclaimer, file.emergency_contact, file.red_flags, conditions)
