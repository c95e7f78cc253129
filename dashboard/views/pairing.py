"""Pairing: a phone becomes one of the kiosk's, through the button's window or a one-time link."""

from contextlib import suppress

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound, ServiceUnavailable, TooManyRequests

from dashboard.door.access import Audience, asker, asker_scope, open_to, remember
from dashboard.forms.names import typed_name
from dashboard.parts import parts
from device.case import Role
from device.errors import CaseUnknown
from device.store import Phone

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
    offered = parts().store.phones.of_link(link)
    if offered is not None and _keeps_its_own(offered):
        return _without_pairing(offered)
    session = parts().store.phones.redeem(link)
    if session is None:
        wrong_links.note(address)
        raise NotFound("this link was used already or is too old: ask the staff for a new one")
    return _welcome(session)


def _welcome(session: str) -> ResponseReturnValue:
    response = make_response(redirect(url_for("cases.newest"), 303))
    remember(response, session)
    return response


def _keeps_its_own(offered: Phone) -> bool:
    """Whether the asking phone sees more than the link offers, and would lose it by pairing again."""
    phone = asker()
    if phone is None or offered.role is not Role.SUBJECT:
        return False
    return phone.role is Role.STAFF or phone.subject is not None


def _without_pairing(offered: Phone) -> ResponseReturnValue:
    """Lead to the link's case, where this phone sees it, and leave the link to whom it is for.

    Raises Forbidden where it does not.
    """
    if offered.case_id is not None:
        with suppress(CaseUnknown):
            case = parts().store.cases.get(offered.case_id, asker_scope())
            return redirect(url_for("cases.show", case_id=case.id), 303)
    raise Forbidden("this code is for another phone, and this one keeps what it sees: open it there")


def _is_prefetch() -> bool:
    said = (request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return any("prefetch" in purpose.lower() for purpose in said)
