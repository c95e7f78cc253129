"""What is known of the faces on a case's photo, and what somebody chose to be done about them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Box = tuple[float, float, float, float]
"""Where a face is: left, top, width and height, as shares of the upright photo's width and height."""


class FaceChoice(StrEnum):
    """What somebody chose for a photo with a face, other than to take it again."""

    BLUR = "blur"
    AS_IS = "as_is"


@dataclass(frozen=True)
class FaceCheck:
    """``found`` says whether there is a face, None while nobody looked. ``choice`` and ``chosen_by``, the
    name of who chose, are None while nobody did; ``fault`` unless the device process could not look, or
    blur. ``is_waiting`` is whether it still has to.
    """

    found: bool | None = None
    choice: FaceChoice | None = None
    chosen_by: str | None = None
    fault: str | None = None
    is_waiting: bool = False

    @property
    def asks(self) -> bool:
        """Whether somebody must choose before anything leaves."""
        return bool(self.found) and self.choice is None

    def as_json(self) -> dict[str, Any]:
        """The check as the web API gives it."""
        return {"found": self.found, "choice": self.choice, "chosen_by": self.chosen_by}
