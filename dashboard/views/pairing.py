"""Pairing: a phone becomes one of the kiosk's, through the button's window or a one-time link."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound, ServiceUnavailable, TooManyRequests

from dashboard.door.access import Audience, asker, open_to, remember
from dashboard.forms.names import typed_name
from dashboard.parts import parts
from device.case import Role

_NAME_CHARACTERS = 40
_UNNAMED = "Phone paired at the kiosk"

blueprint = Blueprint("pairing", __name__)


@blueprint.get("/pair")
@open_to(Audience.ANYONE)
def show() -> ResponseReturnValue:
    """How to pair, or the button to do it while the window is open."""
    seconds_left = parts().store.phones.window_seconds_left()
    return render_template("pairing/show.html", seconds_left=round(seconds_left), paired=asker() is not None)


@blueprint.post("/pair")
@open_to(Audience.ANYONE)
def pair() -> ResponseReturnValue:
    """Pair the asking phone as staff while the window is open. Raises Forbidden when it is not."""
    name = typed_name("name", _NAME_CHARACTERS) or _UNNAMED
    session = parts().store.phones.pair_through_window(name)
    if session is None:
        raise Forbidden("pairing is closed: hold the kiosk's button for 2 seconds, then try again")
    return _welcome(session)


@blueprint.get("/pair/<link>")
@open_to(Audience.ANYONE)
def redeem(link: str) -> ResponseReturnValue:
    """Use a one-time link. A look ahead (HEAD, a browser's prefetch) does not use it up.

    Raises NotFound where it does not hold, TooManyRequests after some of those.
    """
    if request.method == "HEAD":
        return ""
    if _is_prefetch():
        raise ServiceUnavailable("pairing waits until this page is really opened")
    wrong_links, address = parts().wrong_links, request.remote_addr or ""
    if wrong_links.too_many_from(address):
        raise TooManyRequests("too many wrong links: wait a minute", retry_after=60)
    session = parts().store.phones.redeem(link)
    if session is None:
        wrong_links.note(address)
        raise NotFound("this link was used already or is too old: ask the staff for a new one")
    return _welcome(session)


def _welcome(session: str) -> ResponseReturnValue:
    """Lead the new phone to its first page; a staff phone that took a case along stays what it is."""
    case_id = _case_of(session)
    if _is_staff() and case_id is not None:
        return redirect(url_for("cases.show", case_id=case_id), 303)
    response = make_response(redirect(url_for("cases.newest"), 303))
    remember(response, session)
    return response


def _case_of(session: str) -> str | None:
    phone = parts().store.phones.by_secret(session)
    return phone.case_id if phone else None


def _is_staff() -> bool:
    phone = asker()
    return phone is not None and phone.role is Role.STAFF


def _is_prefetch() -> bool:
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in purpose.lower() for purpose in said)
