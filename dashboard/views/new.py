"""A new photo: by the kiosk's camera, with its live picture, or by the phone's own."""

from typing import get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.door.access import asker_scope
from dashboard.forms.amendment import first_consent
from dashboard.forms.case import AgeBand, Sex, case_details
from dashboard.kiosk_state import device_state
from dashboard.parts import config_now, parts
from dashboard.presses import keep_upload, press
from device.case import NOT_SAID, Case

blueprint = Blueprint("new", __name__, url_prefix="/new")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The live picture with the shutter, and the form for a phone's own photo.

    ``?retake_of=ID`` repeats a case with what was said about it, ``?like=ID`` is the next
    photo of that case's lesion. Raises CaseUnknown.
    """
    earlier, like = _named("retake_of"), _named("like")
    said_before = earlier or like
    return render_template(
        "new/show.html",
        earlier=earlier,
        like=like,
        details=said_before.details if said_before else NOT_SAID,
        age_bands=get_args(AgeBand),
        sexes=get_args(Sex),
        ready=device_state(parts().store).ready,
        ask_consent=config_now().consent.ask_before_photo,
    )


@blueprint.post("/press")
def ask_press() -> ResponseReturnValue:
    """The shutter. Raises Busy, DeviceAbsent or StoreError."""
    return redirect(url_for("cases.show", case_id=press(case_details(), first_consent()).id), 303)


@blueprint.post("/photo")
def send_photo() -> ResponseReturnValue:
    """A photo that the phone took or had. Raises PhotoError, StoreError or BadRequest."""
    return redirect(url_for("cases.show", case_id=keep_upload().id), 303)


@blueprint.get("/estimate")
def running_estimate() -> ResponseReturnValue:
    """A piece of the page: what the model says about the live picture now."""
    parts().live.watch()
    return render_template("new/_estimate.html", prediction=parts().live.prediction())


def _named(argument: str) -> Case | None:
    case_id = request.args.get(argument)
    return parts().store.cases.get(case_id, asker_scope()) if case_id else None
