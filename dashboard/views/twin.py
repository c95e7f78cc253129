"""The twin: the panel of a simulated kiosk on a page, with a button that can be pressed."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, UnprocessableEntity

from dashboard.kiosk_state import panel_now
from dashboard.parts import parts

HOLDS = (
    (0.15, "Press", "takes a photo"),
    (2.2, "Hold 2 s", "opens pairing"),
    (6.2, "Hold 6 s", "shuts down"),
)
"""Seconds, words and meaning of each way to press; a little longer than the button needs."""

blueprint = Blueprint("twin", __name__, url_prefix="/twin")


@blueprint.before_request
def _only_simulated() -> None:
    """A real kiosk has no twin: nobody presses its button from afar. Raises NotFound."""
    if not parts().settings.config.simulate:
        raise NotFound


@blueprint.get("")
def show() -> ResponseReturnValue:
    """The lights as they are, and the button."""
    return render_template("twin/show.html", panel=panel_now(parts().store, parts().live), holds=HOLDS)


@blueprint.post("/press")
def press_button() -> ResponseReturnValue:
    """Press the simulated pin for one of the page's times. Raises UnprocessableEntity."""
    wanted = request.form.get("seconds")
    for seconds, _, _ in HOLDS:
        if wanted == str(seconds):
            parts().store.pin_presses.ask(seconds)
            return redirect(url_for("twin.show"), 303)
    raise UnprocessableEntity("seconds: must be one of the page's buttons")
