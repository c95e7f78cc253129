"""History: the photos of a lesion over time, any two side by side, and a subject's lesions.

Pages name a lesion or a subject by one of their cases: no pseudonym stands in an address.
"""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from dashboard.door.access import Audience, asker_scope, open_to
from dashboard.parts import parts
from device.case import Case

blueprint = Blueprint("history", __name__)


@blueprint.get("/cases/<case_id>/history")
@open_to(Audience.PAIRED)
def lesion(case_id: str) -> ResponseReturnValue:
    """The photos of this case's lesion, oldest first. Raises CaseUnknown."""
    return render_template("history/lesion.html", case=_case(case_id), cases=_of_lesion(case_id))


@blueprint.get("/cases/<case_id>/subject")
@open_to(Audience.PAIRED)
def subject(case_id: str) -> ResponseReturnValue:
    """The lesions of this case's subject, the one seen last first. Raises CaseUnknown."""
    by_lesion: dict[str | None, list[Case]] = {}
    for case in reversed(parts().store.history.of_subject(case_id, asker_scope())):
        by_lesion.setdefault(case.details.lesion, []).append(case)
    return render_template("history/subject.html", case=_case(case_id), by_lesion=by_lesion)


@blueprint.get("/compare")
@open_to(Audience.PAIRED)
def compare() -> ResponseReturnValue:
    """Two photos side by side, the earlier one left. Raises CaseUnknown or BadRequest."""
    ids = request.args.get("one"), request.args.get("other")
    if not all(ids):
        raise BadRequest("choose two photos to compare: one and other")
    earlier, later = sorted((_case(str(case_id)) for case_id in ids), key=lambda case: case.number)
    shown = {"earlier": earlier, "later": later, "days": _days(earlier, later)}
    return render_template("history/compare.html", **shown, cases=_of_lesion(later.id))


@blueprint.get("/api/v1/cases/<case_id>/history")
@open_to(Audience.PAIRED)
def list_lesion(case_id: str) -> ResponseReturnValue:
    """The cases of the same subject's same lesion, oldest first. Raises CaseUnknown."""
    return jsonify(cases=[case.as_json() for case in _of_lesion(case_id)])


def _case(case_id: str) -> Case:
    return parts().store.cases.get(case_id, asker_scope())


def _of_lesion(case_id: str) -> tuple[Case, ...]:
    return parts().store.history.of_lesion(case_id, asker_scope())


def _days(earlier: Case, later: Case) -> int | None:
    """Whole days between two photos; None where a clock was not set."""
    if not (earlier.captured_at and later.captured_at and earlier.time_trusted and later.time_trusted):
        return None
    return (later.captured_at - earlier.captured_at).days
