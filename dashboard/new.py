"""A new photo: by the kiosk's camera, with its live picture, or by the phone's own."""

from typing import get_args

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import asker_scope
from dashboard.case_form import AgeBand, Sex, case_details
from dashboard.kiosk_state import device_state
from dashboard.parts import parts
from dashboard.presses import keep_upload, press
from device.case import NOT_SAID

blueprint = Blueprint("new", __name__, url_prefix="/new")


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The live picture with the shutter, and the form for a phone's own photo.

    ``?retake_of=ID`` repeats a case with what was said about it. Raises CaseUnknown.
    """
    retake_of = request.args.get("retake_of")
    earlier = parts().store.cases.get(retake_of, asker_scope()) if retake_of else None
    return render_template(
        "new/show.html",
        earlier=earlier,
        details=earlier.details if earlier else NOT_SAID,
        age_bands=get_args(AgeBand),
        sexes=get_args(Sex),
        ready=device_state(parts().store).ready,
    )


@blueprint.post("/press")
def ask_press() -> ResponseReturnValue:
    """The shutter. Raises Busy, DeviceAbsent or StoreError."""
    return redirect(url_for("cases.show", case_id=press(case_details()).id), 303)


@blueprint.post("/photo")
def send_photo() -> ResponseReturnValue:
    """A photo that the phone took or had. Raises PhotoError, StoreError or BadRequest."""
    return redirect(url_for("cases.show", case_id=keep_upload().id), 303)


@blueprint.get("/estimate")
def running_estimate() -> ResponseReturnValue:
    """A piece of the page: what the model says about the live picture now."""
    parts().live.watch()
    return render_template("new/_estimate.html", prediction=parts().live.prediction())
