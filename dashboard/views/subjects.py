"""The subjects that were seen, by their pseudonyms."""

from typing import Annotated

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field
from werkzeug.exceptions import NotFound

from dashboard.door.access import asker_scope
from dashboard.forms.case import checked
from dashboard.forms.names import typed_name
from dashboard.parts import parts
from device.store import Subject

_SUBJECTS_A_PAGE = 24
_NAME_CHARACTERS = 64

blueprint = Blueprint("subjects", __name__)


class _Page(BaseModel):
    limit: Annotated[int, Field(ge=1, le=200)] = 50


@blueprint.get("/subjects")
def everything() -> ResponseReturnValue:
    """All subjects by name, a page at a time; ``?after=CASE`` goes on behind that case's subject."""
    shown, following = _subjects(request.args.get("after"), _SUBJECTS_A_PAGE)
    return render_template(
        "subjects/everything.html", subjects=shown, following=following, first="after" not in request.args
    )


@blueprint.post("/subjects/find")
def find() -> ResponseReturnValue:
    """The subject of a pseudonym, typed into a form so that it stands in no address. Raises NotFound."""
    case_id = parts().store.history.newest_case_of(typed_name("subject", _NAME_CHARACTERS))
    if case_id is None:
        raise NotFound("nobody has that pseudonym here: check how it is written")
    return redirect(url_for("history.subject", case_id=case_id), 303)


@blueprint.get("/api/v1/subjects")
def list_subjects() -> ResponseReturnValue:
    """The same for programs; ``next`` is the case to give as ``after`` for more. Raises CaseUnknown."""
    limit = checked(_Page, request.args.to_dict()).limit
    shown, following = _subjects(request.args.get("after"), limit)
    return jsonify(subjects=[subject.as_json() for subject in shown], next=following)


def _subjects(after_case: str | None, limit: int) -> tuple[tuple[Subject, ...], str | None]:
    """Up to ``limit`` subjects behind that of a case, and the case to go on from. Raises CaseUnknown."""
    store = parts().store
    after = store.cases.get(after_case, asker_scope()).details.subject if after_case else ""
    found = store.history.subjects(limit + 1, after or "")
    shown = found[:limit]
    return shown, shown[-1].newest_case_id if len(found) > limit else None
