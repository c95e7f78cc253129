"""The form that comes with a press or a photo: what a person says about the case."""

import errno
import re
from typing import Annotated, Any, Literal, TypeVar

from flask import request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator
from werkzeug.exceptions import BadRequest, UnprocessableEntity

from dashboard.parts import parts
from device.case import CaseDetails
from device.errors import StoreFull

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

AgeBand = Literal["0-11", "12-17", "18-39", "40-59", "60-79", "80+"]
Sex = Literal["female", "male", "other"]

Name = Annotated[str, StringConstraints(max_length=64)]
_SHAPING = "\u200c\u200d\u00ad"
"""What joins, parts or breaks letters: Python calls it unprintable."""

_ODD_SPACES = re.compile(r"[^\S\r\n\v\f\x1c-\x1f\x85\u2028\u2029]|\ufeff")
"""Spaces of every width within a line, as phones' keyboards and other programs write them."""

_Checked = TypeVar("_Checked", bound=BaseModel)


def readable(line: str) -> str:
    """A line of text with plain blanks. Raises ValueError where it holds characters that cannot be shown."""
    text = _ODD_SPACES.sub(" ", line).strip(" ")
    if not all(letter.isprintable() or letter in _SHAPING for letter in text):
        raise ValueError("holds characters that cannot be shown")
    return text


class Said(BaseModel):
    """What a person may say about a case: all optional; fields that we do not know are
    ignored, as phones' forms carry their own.
    """

    model_config = ConfigDict(extra="ignore")

    subject: Name | None = None
    lesion: Name | None = None
    body_site: Name | None = None
    age_band: AgeBand | None = None
    sex: Sex | None = None

    @field_validator("*", mode="before")
    @classmethod
    def _printable(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return readable(value) or None


class _SaidAtFirst(Said):
    retake_of: Name | None = None


def take_form_in() -> None:
    """Read the whole form before anything is done with it; a large photo is spooled to the card.

    Raises StoreFull where there is no room for that.
    """
    try:
        _ = request.files
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StoreFull("there is no room to take the photo in: erase or export cases") from error
        raise


def case_details() -> CaseDetails:
    """What the request's form, or JSON in its place, says about the case.

    Raises UnprocessableEntity, naming the field, BadRequest for broken JSON, or CaseUnknown
    for an unknown ``retake_of``.
    """
    fields = checked(_SaidAtFirst, said())
    if fields.retake_of:
        parts().store.cases.get(fields.retake_of)
    return CaseDetails(**fields.model_dump())


def checked(form: type[_Checked], given: Any) -> _Checked:
    """What was given, as ``form`` has it. Raises UnprocessableEntity, naming the field."""
    try:
        return form.model_validate(given)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"]) or "the body"
        raise UnprocessableEntity(f"{place}: {fault['msg']}") from error


def said() -> Any:
    """The request's form, or the JSON that programs send in its place, also none at all.

    Raises BadRequest for broken JSON.
    """
    return sent_json() if request.is_json and request.get_data() else request.form.to_dict()


def sent_json() -> Any:
    """The request's JSON. Raises BadRequest where it is broken, UnsupportedMediaType where it is none."""
    try:
        return request.get_json()
    except RecursionError:
        raise BadRequest("what was sent is nested too deeply") from None


def sent_photo() -> bytes:
    """The bytes of the form's ``photo``; its name and declared type do not count.

    Of several (a page has one for the camera, one for the gallery) the first that
    was filled. Raises BadRequest where there is none.
    """
    for file in request.files.getlist("photo"):
        content: bytes = file.read()
        if content or file.filename:
            return content
    raise BadRequest("no photo was sent: choose one (the form's field is named photo)")
