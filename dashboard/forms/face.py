"""What somebody chose about a face on a photo, as a page's form or a program's JSON says it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from dashboard.forms.case import checked
from device.face import FaceChoice


class _Chosen(BaseModel):
    model_config = ConfigDict(extra="forbid")

    choice: FaceChoice


def face_choice(given: Any) -> FaceChoice:
    """The choice that was ``given``. Raises UnprocessableEntity."""
    return checked(_Chosen, given).choice
