"""The case pages: the newest finding, all cases, one case and what can be done with it."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from dashboard.door.access import Audience, asker_scope, open_to, the_phone
from dashboard.parts import parts
from dashboard.presses import retake
from device.case import Case
from device.errors import CaseUnknown, StoreError

_CASES_A_PAGE = 24

blueprint = Blueprint("cases", __name__)


@blueprint.get("/")
@open_to(Audience.PAIRED)
def newest() -> ResponseReturnValue:
    """The newest finding, large."""
    cases = parts().store.cases.newest_first(1, scope=asker_scope())
    return render_template("cases/newest.html", **(_shown(cases[0]) if cases else {"case": None}))


@blueprint.get("/cases")
@open_to(Audience.PAIRED)
def everything() -> ResponseReturnValue:
    """All cases, newest first, a page at a time. Raises BadRequest for a page that is none."""
    cases = parts().store.cases.newest_first(_CASES_A_PAGE + 1, _before(), asker_scope())
    shown = cases[:_CASES_A_PAGE]
    older = shown[-1].number if len(cases) > _CASES_A_PAGE else None
    return render_template(
        "cases/everything.html", cases=shown, older=older, first="before" not in request.args
    )


@blueprint.get("/cases/<case_id>")
@open_to(Audience.PAIRED)
def show(case_id: str) -> ResponseReturnValue:
    """One case. Raises CaseUnknown."""
    return render_template("cases/show.html", **_shown(parts().store.cases.get(case_id, asker_scope())))


@blueprint.post("/cases/<case_id>/erase")
def erase(case_id: str) -> ResponseReturnValue:
    """Erase a case and its photos for good. Raises CaseUnknown."""
    parts().store.erase(case_id, asker_scope())
    return redirect(url_for("cases.everything"), 303)


@blueprint.post("/cases/<case_id>/retake")
def take_again(case_id: str) -> ResponseReturnValue:
    """Let the kiosk's camera take the same spot again. Raises CaseUnknown, Busy, DeviceAbsent."""
    return redirect(url_for("cases.show", case_id=retake(case_id).id), 303)


@blueprint.post("/cases/<case_id>/ask")
def ask_again(case_id: str) -> ResponseReturnValue:
    """Ask the server once more for an opinion that it could not give. Raises CaseUnknown."""
    parts().store.outbox.ask_again(parts().store.cases.get(case_id, asker_scope()).id)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.post("/cases/<case_id>/classify")
def classify(case_id: str) -> ResponseReturnValue:
    """Let the model look at the photo once more. Raises CaseUnknown or Busy."""
    parts().store.cases.classify_again(case_id, asker_scope())
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _shown(case: Case) -> dict[str, Any]:
    """What a case's page needs: the case, and the cases before and after it where it was retaken.

    Whoever sees it has seen its news.
    """
    with suppress(StoreError):  # a card that takes no more shows its cases all the same
        parts().store.marks.shown(the_phone(), case)
    later = parts().store.cases.retakes_of(case.id)
    return {
        "case": case,
        "earlier": _visible(case.details.retake_of),
        "later": _visible(later[-1] if later else None),
        "photo_fault": parts().store.photos.fault(case.photos[0]) if case.photos else None,
    }


def _visible(case_id: str | None) -> Case | None:
    """A linked case, unless it was erased or is not for this phone."""
    try:
        return parts().store.cases.get(case_id, asker_scope()) if case_id else None
    except CaseUnknown:
        return None


def _before() -> int | None:
    given = request.args.get("before")
    if given is None:
        return None
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise BadRequest("there is no such page of cases")
    return int(given)
