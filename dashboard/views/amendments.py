"""Writing about a case: a clinician's note or diagnosis, what is said about it, consent."""

import uuid
from typing import Any, get_args

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from dashboard.door.access import asker_scope
from dashboard.forms.amendment import draft, require_known, writer
from dashboard.forms.case import AgeBand, Sex, sent_json
from dashboard.parts import parts
from device.amendment import Amendment, Draft, Kind
from device.case import Case
from device.errors import Superseded

blueprint = Blueprint("amendments", __name__)


@blueprint.get("/cases/<case_id>/amendments")
def everything(case_id: str) -> ResponseReturnValue:
    """Who wrote what, when, with all that was replaced since. Raises CaseUnknown."""
    case = parts().store.cases.get(case_id, asker_scope())
    replaced_by = {a.replaces: a for a in case.amendments if a.replaces}
    return render_template("amendments/everything.html", case=case, replaced_by=replaced_by)


@blueprint.get("/cases/<case_id>/write/<kind>")
def write(case_id: str, kind: str) -> ResponseReturnValue:
    """The form; ``?note=ID`` corrects that note. Raises CaseUnknown or NotFound."""
    case, wanted = parts().store.cases.get(case_id, asker_scope()), _kind(kind)
    replaced = _replaced(case, wanted, request.args.get("note"))
    return render_template("amendments/write.html", **_form(case, wanted, replaced))


@blueprint.post("/cases/<case_id>/write/<kind>")
def keep(case_id: str, kind: str) -> ResponseReturnValue:
    """Keep what was written; what somebody else wrote meanwhile is shown beside it, and nothing is lost.

    Raises CaseUnknown, PhoneRevoked, NotFound or UnprocessableEntity.
    """
    written = draft(_kind(kind), request.form.to_dict())
    try:
        parts().store.amendments.write(case_id, written, asker_scope())
    except Superseded as error:
        return _both(case_id, written, str(error)), 409
    return redirect(url_for("cases.show", case_id=case_id), 303)


@blueprint.post("/api/v1/cases/<case_id>/notes")
def add_note(case_id: str) -> ResponseReturnValue:
    """A note beside the finding, or the correction of one; the case as it is then."""
    return _written(case_id, Kind.NOTE)


@blueprint.put("/api/v1/cases/<case_id>/diagnosis")
def put_diagnosis(case_id: str) -> ResponseReturnValue:
    """The clinician's diagnosis; the case as it is then."""
    return _written(case_id, Kind.DIAGNOSIS)


@blueprint.put("/api/v1/cases/<case_id>/details")
def put_details(case_id: str) -> ResponseReturnValue:
    """All that is said about a case; the case as it is then."""
    return _written(case_id, Kind.DETAILS)


@blueprint.put("/api/v1/cases/<case_id>/consent")
def put_consent(case_id: str) -> ResponseReturnValue:
    """The three scopes of consent; the case as it is then."""
    return _written(case_id, Kind.CONSENT)


@blueprint.get("/api/v1/cases/<case_id>/amendments")
def list_amendments(case_id: str) -> ResponseReturnValue:
    """All that was ever written about a case, oldest first. Raises CaseUnknown."""
    case = parts().store.cases.get(case_id, asker_scope())
    return jsonify(amendments=[amendment.as_json() for amendment in case.amendments])


def _written(case_id: str, kind: Kind) -> ResponseReturnValue:
    given = sent_json()
    require_known(kind, given)
    return jsonify(parts().store.amendments.write(case_id, draft(kind, given), asker_scope()).as_json())


def _kind(name: str) -> Kind:
    try:
        return Kind(name)
    except ValueError:
        raise NotFound from None


def _replaced(case: Case, kind: Kind, note_id: str | None) -> Amendment | None:
    """What the form starts from and will replace. Raises NotFound for a note that does not hold."""
    if kind is not Kind.NOTE:
        return case.latest(kind)
    if note_id is None:
        return None
    for note in case.notes:
        if note.id == note_id:
            return note
    raise NotFound("this note was changed or taken back meanwhile: open the case again")


def _both(case_id: str, mine: Draft, words: str) -> str:
    """The form with what was typed, beside what is there now, which a second try replaces."""
    case = parts().store.cases.get(case_id, asker_scope())
    theirs = _successor(case, mine.replaces) if mine.kind is Kind.NOTE else case.latest(mine.kind)
    form = _form(case, mine.kind, theirs) | {"content": mine.content, "written_by": mine.written_by}
    return render_template("amendments/write.html", **form, theirs=theirs, conflict=words)


def _successor(case: Case, amendment_id: str | None) -> Amendment | None:
    """The latest version of a note."""
    by_replaced = {a.replaces: a for a in case.amendments if a.replaces}
    latest = None
    while amendment_id in by_replaced:
        latest = by_replaced[amendment_id]
        amendment_id = latest.id
    return latest


def _form(case: Case, kind: Kind, replaced: Amendment | None) -> dict[str, Any]:
    return {
        "case": case,
        "kind": kind,
        "content": replaced.content if replaced else _as_it_is(case, kind),
        "replaces": replaced.id if replaced else "",
        "draft_id": str(uuid.uuid4()),
        "written_by": writer(),
        "age_bands": get_args(AgeBand),
        "sexes": get_args(Sex),
        "conditions": parts().catalogue.conditions,
    }


def _as_it_is(case: Case, kind: Kind) -> dict[str, Any]:
    """What holds where nobody has amended it yet."""
    held = {Kind.DETAILS: case.details, Kind.CONSENT: case.consent}.get(kind)
    return vars(held) if held else {}
