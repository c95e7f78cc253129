"""What is written about a case, as a page's form or a program's JSON says it."""

import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from werkzeug.exceptions import UnprocessableEntity

from dashboard.door.access import the_phone
from dashboard.forms.case import Name, Said, checked, readable, said
from dashboard.parts import parts
from device.amendment import Draft, Kind
from device.case import Consent


def _readable(value: Any) -> Any:
    """Text over several lines."""
    if not isinstance(value, str):
        return value
    return "\n".join(readable(line) for line in value.replace("\r\n", "\n").split("\n")).strip("\n")


def _line(value: Any) -> Any:
    return readable(value) if isinstance(value, str) else value


def _empty_is_none(value: Any) -> Any:
    return None if value == "" else value


def _of_the_catalogue(code: str | None) -> str | None:
    if code is not None and code not in parts().catalogue.conditions:
        raise ValueError("is no condition of the catalogue")
    return code


_Words = BeforeValidator(_readable)
_Id = Annotated[uuid.UUID | None, BeforeValidator(_empty_is_none)]


class _About(BaseModel):
    """What comes with every amendment. ``replaces`` left out replaces whatever is the latest;
    given (empty for none) it is checked.
    """

    id: _Id = None
    written_by: Annotated[Name | None, BeforeValidator(_line)] = None
    replaces: _Id = None


class _Note(BaseModel):
    """A clinician's note; an empty one takes back what it replaces."""

    text: Annotated[str, Field(max_length=4000), _Words]


class _Diagnosis(BaseModel):
    """A clinician's: a condition of the catalogue, own words or both; neither takes it back."""

    text: Annotated[str, Field(max_length=400), _Words] = ""
    condition: Annotated[str | None, AfterValidator(_of_the_catalogue), BeforeValidator(_empty_is_none)] = (
        None
    )


class _Consent(BaseModel):
    """What is not given is not allowed."""

    analyse: bool = False
    review: bool = False
    train: bool = False
    guardian: bool = False


class _FirstConsent(BaseModel):
    """The same beside a photo's other fields."""

    consent_analyse: bool = False
    consent_review: bool = False
    consent_train: bool = False
    consent_guardian: bool = False


_CONTENTS: dict[Kind, type[BaseModel]] = {
    Kind.NOTE: _Note,
    Kind.DIAGNOSIS: _Diagnosis,
    Kind.DETAILS: Said,
    Kind.CONSENT: _Consent,
}


def draft(kind: Kind, given: Any) -> Draft:
    """The amendment that ``given`` is, by the phone that asks. Raises UnprocessableEntity."""
    about, content = checked(_About, given), checked(_CONTENTS[kind], given)
    if kind is Kind.NOTE and not content.model_dump()["text"] and about.replaces is None:
        raise UnprocessableEntity("text: a new note says something")
    return Draft(
        str(about.id or uuid.uuid4()),
        kind,
        content.model_dump(),
        about.written_by or writer(),
        the_phone().id,
        str(about.replaces) if about.replaces else None,
        replaces_any=kind is not Kind.NOTE and "replaces" not in given,
    )


def require_known(kind: Kind, given: Any) -> None:
    """Raise UnprocessableEntity where a program names a field that there is not: left out means
    not said, or not allowed, and a slip of the pen would say so.
    """
    known = {*_About.model_fields, *_CONTENTS[kind].model_fields}
    for name in given if isinstance(given, dict) else ():
        if name not in known:
            raise UnprocessableEntity(f"{name}: there is no such field")


def first_consent() -> Draft | None:
    """The consent that came with a press or a photo; None where nothing was allowed."""
    asked = checked(_FirstConsent, said())
    scopes = {name.removeprefix("consent_"): given for name, given in asked.model_dump().items()}
    given = Consent(**scopes)
    return consent_draft(given) if given.any else None


def consent_draft(given: Consent) -> Draft:
    """``given`` by the phone that asks, in place of what held before."""
    phone = the_phone()
    scopes, name = vars(given).copy(), phone.shown_name
    return Draft(str(uuid.uuid4()), Kind.CONSENT, scopes, name, phone.id, replaces_any=True)


def writer() -> str:
    """Who writes on this phone, as far as is known: who wrote last, else the phone's name."""
    phone = the_phone()
    return parts().store.amendments.last_writer(phone.id) or phone.shown_name
