"""A face on a photo that is to leave the kiosk: staff choose what is done about it."""

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.door.access import asker_scope, the_phone
from dashboard.forms.amendment import writer
from dashboard.forms.case import sent_json
from dashboard.forms.face import face_choice
from dashboard.parts import parts
from device.case import Case

blueprint = Blueprint("faces", __name__)


@blueprint.post("/cases/<case_id>/face")
def choose(case_id: str) -> ResponseReturnValue:
    """Blur the face, or send it as it is. Raises CaseUnknown, PhoneRevoked, ChoiceRefused or
    UnprocessableEntity.
    """
    _chosen(case_id, request.form.to_dict())
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.put("/api/v1/cases/<case_id>/face")
def put_choice(case_id: str) -> ResponseReturnValue:
    """The same from a program; the case as it is then."""
    return jsonify(_chosen(case_id, sent_json()).as_json())


def _chosen(case_id: str, given: Any) -> Case:
    choice = face_choice(given)
    return parts().store.faces.choose(case_id, choice, writer(), the_phone().id, asker_scope())
