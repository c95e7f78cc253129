"""The web API under ``/api/v1``: presses, photos and cases as JSON."""

from pathlib import Path
from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from dashboard.door.access import Audience, asker_scope, open_to
from dashboard.forms.amendment import first_consent
from dashboard.forms.case import case_details, checked
from dashboard.parts import parts
from dashboard.presses import keep_upload, press, retake
from device.case import Case, Photo
from device.errors import CaseUnknown

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


_DESCRIPTION = Path(__file__).with_name("openapi.json")


class _Page(BaseModel):
    after: Annotated[int, Field(ge=0, lt=1 << 62)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@blueprint.get("/openapi.json")
@open_to(Audience.PAIRED)
def describe() -> ResponseReturnValue:
    """This API in OpenAPI 3.1."""
    return Response(_DESCRIPTION.read_bytes(), content_type="application/json")


@blueprint.post("/presses")
def ask_press() -> ResponseReturnValue:
    """Like the button: 202 with the id of the case that waits for its photo."""
    return _accepted(press(case_details(), first_consent()))


@blueprint.post("/photos")
def send_photo() -> ResponseReturnValue:
    """A phone's own photo: 202 with the id of its case, which is on disk by then."""
    return _accepted(keep_upload())


@blueprint.get("/cases")
@open_to(Audience.PAIRED)
def list_cases() -> ResponseReturnValue:
    """Cases, newest first; ``next`` is the cursor to give as ``after`` for more."""
    page = checked(_Page, request.args.to_dict())
    cases = parts().store.cases.newest_first(page.limit + 1, page.after, asker_scope())
    shown = cases[: page.limit]
    following = str(shown[-1].number) if len(cases) > page.limit else None
    return jsonify(cases=[case.as_json() for case in shown], next=following)


@blueprint.get("/cases/<case_id>")
@open_to(Audience.PAIRED)
def show_case(case_id: str) -> ResponseReturnValue:
    """One case. Raises CaseUnknown."""
    return jsonify(parts().store.cases.get(case_id, asker_scope()).as_json())


@blueprint.delete("/cases/<case_id>")
def erase_case(case_id: str) -> ResponseReturnValue:
    """Erase a case and its photos for good. Raises CaseUnknown."""
    parts().store.erase(case_id, asker_scope())
    return "", 204


@blueprint.post("/cases/<case_id>/classify")
def classify_case(case_id: str) -> ResponseReturnValue:
    """Let the model look at the photo once more. Raises CaseUnknown or Busy."""
    return _accepted(parts().store.cases.classify_again(case_id, asker_scope()))


@blueprint.post("/cases/<case_id>/retake")
def retake_case(case_id: str) -> ResponseReturnValue:
    """A press for the same spot: 202 with the id of the new case."""
    return _accepted(retake(case_id))


@blueprint.get("/cases/<case_id>/photos/<int:number>")
@open_to(Audience.PAIRED)
def show_photo(case_id: str, number: int) -> ResponseReturnValue:
    """A photo as kept, without metadata. Raises CaseUnknown or StoreDamaged."""
    photo = _photo(parts().store.cases.get(case_id, asker_scope()), number)
    if request.if_none_match.contains(photo.sha256):
        response = Response(status=304)
    else:
        response = Response(parts().store.photos.read(photo), content_type=photo.content_type)
    response.set_etag(photo.sha256)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _photo(case: Case, number: int) -> Photo:
    for photo in case.photos:
        if photo.number == number:
            return photo
    raise CaseUnknown(f"this case has no photo {number}")


def _accepted(case: Case) -> ResponseReturnValue:
    return jsonify(id=case.id), 202
