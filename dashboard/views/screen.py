"""The kiosk's own screen: what a display beside the button shows, decided here and not on the display.

=========  ============================================================
scene      shown while
=========  ============================================================
off        no device process runs, or it shuts down
countdown  the last press waits for its photo, and the panel counts down
still      the same, without a countdown
thinking   the photo of the last press is being judged
pairing    the pairing window is open
finding    the last press has its estimate, for a while
no-finding the same without one: the photo is to be taken again, or it failed
fault      something needs care
ready      nothing of the above: press the button
=========  ============================================================
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from dashboard.addresses import address_for_phones, qr_code
from dashboard.door.access import Audience, open_to
from dashboard.kiosk_state import device_state, panel_now
from dashboard.parts import config_now, parts
from device.case import Case, State
from device.errors import StoreError

_AGAIN_SECONDS = {"finding": 2, "no-finding": 2, "pairing": 2}
_AGAIN_AT_LEAST_SECONDS = 10
_MOST_RED_FLAGS = 2
_ASK_STAFF = "Please tell the staff."
_WAIT = "One moment, please: press again when the light is green."

blueprint = Blueprint("screen", __name__, url_prefix="/screen")


@dataclass(frozen=True)
class Scene:
    """What the screen shows now; ``words`` say why, where something is wrong."""

    name: str
    case: Case | None = None
    words: str = ""
    seconds_left: int = 0

    @property
    def again_seconds(self) -> int:
        """When to look again although no event told to: what ends by itself ends soon."""
        return _AGAIN_SECONDS.get(self.name, _AGAIN_AT_LEAST_SECONDS)


@blueprint.get("")
@open_to(Audience.SCREEN)
def show() -> ResponseReturnValue:
    """The scene of now. A store that fails is a fault like any other here: the page has to go on."""
    try:
        panel = panel_now(parts().store, parts().live)
        scene = _scene(panel)
    except StoreError:
        panel, scene = {}, Scene("fault", words=_ASK_STAFF)
    return render_template("screen/show.html", scene=scene, refusal=_refusal(panel, scene), **_content(scene))


@blueprint.get("/photo")
@open_to(Audience.SCREEN)
def photo() -> ResponseReturnValue:
    """The photo of the press on the screen, as long as that stands there. Raises NotFound or StoreError."""
    case = _scene(panel_now(parts().store, parts().live)).case
    if case is None or not case.photos:
        raise NotFound
    return Response(parts().store.photos.read(case.photos[0]), content_type=case.photos[0].content_type)


def _scene(panel: dict[str, Any]) -> Scene:
    pattern = panel["pattern"]
    case = parts().store.cases.pressed_within(config_now().screen.finding_seconds)
    if pattern == "off":
        return Scene("off")
    if case and case.state.is_final:
        return Scene("finding" if case.prediction else "no-finding", case, case.reason or "")
    if pattern == "pairing":
        return Scene("pairing")
    if pattern == "fault":
        return Scene("fault", words=_fault_words(panel))
    return _progress(case, panel) if case else Scene("ready")


def _progress(case: Case, panel: dict[str, Any]) -> Scene:
    if case.state is State.CAPTURED:
        return Scene("thinking", case)
    seconds_left = int(panel.get("seconds_left") or 0) if panel["pattern"] == "countdown" else 0
    return Scene("countdown", case, seconds_left=seconds_left) if seconds_left else Scene("still", case)


def _fault_words(panel: dict[str, Any]) -> str:
    """The panel's own words, else what the device process reports."""
    words: str = panel.get("words") or "; ".join(device_state(parts().store).report.get("faults", ()))
    return words or _ASK_STAFF


def _refusal(panel: dict[str, Any], scene: Scene) -> Any:
    """Why a press was not taken just now; a fault has words of its own."""
    if scene.name in ("fault", "off") or panel["pattern"] == "fault":
        return ""
    return panel.get("words") or (_WAIT if panel["pattern"] == "refused" else "")


def _content(scene: Scene) -> dict[str, Any]:
    if scene.name == "finding" and scene.case and scene.case.prediction:
        finding = scene.case.prediction["finding"]
        is_urgent = finding["urgency"] in ("emergency", "soon")
        flags = finding["red_flags"][:_MOST_RED_FLAGS] if is_urgent else ()
        return {"finding": finding, "red_flags": flags, **_take_along(scene.case)}
    if scene.name == "pairing":
        address = address_for_phones(url_for("pairing.show"))
        return {"address": address, "code": qr_code(address) if address else None}
    return {}


def _take_along(case: Case) -> dict[str, Any]:
    """The code by which one phone gets the case, ``taken`` once one has; no code where no phone
    could open it, or where the store takes nothing.
    """
    nothing = {"code": None, "taken": False, "reachable": address_for_phones("") is not None}
    if not nothing["reachable"]:
        return nothing
    try:
        link = parts().invitations.link_to(case.id)
    except StoreError:
        return nothing
    address = address_for_phones(url_for("pairing.redeem", link=link)) if link else None
    return {**nothing, "code": qr_code(address) if address else None, "taken": link is None}
