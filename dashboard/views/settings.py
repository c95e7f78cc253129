"""The settings: what staff may change while the kiosk runs, as a page and as JSON."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound, UnprocessableEntity

from dashboard.door.access import the_phone
from dashboard.forms.case import sent_json
from dashboard.forms.setting import Form, changed_values, fields, other_rows
from dashboard.forms.setting_values import check
from dashboard.parts import parts
from device.config import ON_PAGES, flatten
from device.store.current_settings import SettingsNow

blueprint = Blueprint("settings", __name__)


@blueprint.get("/settings")
def show() -> ResponseReturnValue:
    """Every setting, where it comes from, and the form to change what may be changed here."""
    return _page(MultiDict(), {})


@blueprint.post("/settings")
def change() -> ResponseReturnValue:
    """Keep what was changed in the form, all of it or, where a field does not hold, none."""
    now = parts().current.now()
    values, faults = check(now.settings, changed_values(now, request.form))
    if faults:
        return _page(request.form, faults), 422
    _keep(now, values)
    return redirect(url_for("settings.show", saved=len(values)), 303)


@blueprint.post("/settings/<name>/back")
def go_back(name: str) -> ResponseReturnValue:
    """Let the file or the default count again. Raises NotFound."""
    _clear(name)
    return redirect(url_for("settings.show", saved=1, _anchor=name), 303)


@blueprint.get("/api/v1/settings")
def describe() -> ResponseReturnValue:
    """What may be set here: the value that holds, its origin, who set it and when."""
    return jsonify(values=_as_json(parts().current.now()))


@blueprint.put("/api/v1/settings")
def put() -> ResponseReturnValue:
    """Keep these values, all or none. Raises UnprocessableEntity, naming those that do not hold."""
    now, given = parts().current.now(), sent_json()
    if not isinstance(given, dict):
        raise UnprocessableEntity("send an object of names and values")
    values, faults = check(now.settings, given)
    if faults:
        raise UnprocessableEntity(" ".join(f"{name}: {words}" for name, words in faults.items()))
    _keep(now, values)
    return jsonify(values=_as_json(parts().current.now()))


@blueprint.delete("/api/v1/settings/<name>")
def clear(name: str) -> ResponseReturnValue:
    """Let the file or the default count again. Raises NotFound."""
    _clear(name)
    return "", 204


def _page(form: Form, faults: dict[str, str]) -> str:
    now = parts().current.now()
    return render_template(
        "settings/show.html",
        fields=fields(now, parts().settings, form, faults),
        faults=faults,
        others=other_rows(now),
        overdue=parts().store.retention.overdue(),
        saved=request.args.get("saved"),
    )


def _keep(now: SettingsNow, values: dict[str, Any]) -> None:
    """Store what differs from what holds; the rest keeps its origin."""
    held = _held(now)
    changed = {name: value for name, value in values.items() if value != held[name]}
    if changed:
        parts().store.settings.put(changed, the_phone().shown_name)


def _clear(name: str) -> None:
    if name not in ON_PAGES:
        raise NotFound("there is no such setting")
    parts().store.settings.clear(name)


def _held(now: SettingsNow) -> dict[str, Any]:
    return flatten(now.settings.config.model_dump(mode="json"))


def _as_json(now: SettingsNow) -> dict[str, dict[str, Any]]:
    held = _held(now)
    return {name: _setting_json(now, name, held[name]) for name in ON_PAGES}


def _setting_json(now: SettingsNow, name: str, value: Any) -> dict[str, Any]:
    origin = now.settings.origins[name].partition(" ")[0]
    kept = now.stored[name] if origin == "pages" else None
    return {
        "value": value,
        "origin": origin,
        "set_by": kept.set_by if kept else None,
        "set_at": kept.set_at.isoformat() if kept else None,
    }
