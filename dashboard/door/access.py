"""Who asks, and what they may: every view is for staff unless it says otherwise."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from dashboard.parts import parts
from device.case import Role, Scope
from device.store.phones import Phone

COOKIE = "kiosk_session"
_COOKIE_SECONDS = 400 * 24 * 3600
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_MARK = "_open_to"
_MACHINE_PATHS = ("/api/", "/health", "/metrics", "/live.")

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class Audience(Enum):
    """Who a view is for; staff may see every one."""

    ANYONE = "anyone"
    PAIRED_OR_SCREEN = "paired phones, a subject's too, and the kiosk's own screen"
    PAIRED = "paired phones, a subject's too"
    SCREEN = "the kiosk's own screen"
    STAFF = "staff"


_BESIDES_STAFF = {
    Audience.PAIRED_OR_SCREEN: (Role.SUBJECT, Role.SCREEN),
    Audience.PAIRED: (Role.SUBJECT,),
    Audience.SCREEN: (Role.SCREEN,),
    Audience.STAFF: (),
}

_REFUSED = {
    Role.SUBJECT: "this phone may look at its own cases only: ask the staff",
    Role.SCREEN: "the kiosk's own screen shows the last press and nothing else: use a phone",
}


def open_to(audience: Audience) -> Callable[[View], View]:
    """Open a view to more than staff."""

    def mark(view: View) -> View:
        setattr(view, _MARK, audience)
        return view

    return mark


def asker() -> Phone | None:
    """The paired phone that asks; None on the pages that need no pairing."""
    phone: Phone | None = g.get("phone")
    return phone


def the_phone() -> Phone:
    """The paired phone that asks; for views behind pairing."""
    phone: Phone = g.phone
    return phone


def asker_scope() -> Scope:
    """The cases that the asking phone may see; for views behind pairing."""
    return the_phone().scope


def asker_secret() -> str:
    """What the asking phone showed; for streams, which look again whether it still holds."""
    secret: str = g.secret
    return secret


def guard() -> ResponseReturnValue | None:
    """Run before every request: turn away who may not see the view.

    Raises Unauthorized (pages redirect to pairing instead) or Forbidden.
    """
    _require_own_page()
    audience = _audience()
    phone = _recognise()
    if audience is Audience.ANYONE or (phone and phone.role is Role.STAFF):
        return None
    if phone is None:
        return _turn_away()
    if phone.role is Role.SCREEN and request.endpoint == "cases.newest":
        return redirect(url_for("screen.show"), 303)
    if phone.role not in _BESIDES_STAFF[audience] and request.url_rule is not None:
        raise Forbidden(_REFUSED[phone.role])
    return None


def remember(response: Response, session: str) -> None:
    """Give the phone its session cookie."""
    response.set_cookie(
        COOKIE, session, max_age=_COOKIE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure
    )


def is_machine_path() -> bool:
    """Whether errors on this path are for programs (problem+json) rather than people."""
    return request.path.startswith(_MACHINE_PATHS)


def _audience() -> Audience:
    if request.endpoint == "static":
        return Audience.ANYONE
    view = current_app.view_functions.get(request.endpoint or "")
    audience: Audience = getattr(view, _MARK, Audience.STAFF)
    return audience


def _recognise() -> Phone | None:
    secret = _bearer_token() or request.cookies.get(COOKIE)
    phone = parts().store.phones.by_secret(secret) if secret else None
    if phone:
        g.phone, g.secret = phone, secret
    return phone


def _bearer_token() -> str | None:
    given = request.authorization
    return given.token if given and given.type == "bearer" else None


def _turn_away() -> ResponseReturnValue:
    if is_machine_path():
        raise Unauthorized(
            "this program is not paired: send a phone's token as Authorization: Bearer",
            www_authenticate=WWWAuthenticate("bearer"),
        )
    return redirect(url_for("pairing.show"), 303)


def _require_own_page() -> None:
    """Refuse what another site's page makes a paired browser send (CSRF).

    Browsers say where a request comes from: in Sec-Fetch-Site on https and
    localhost, in Origin everywhere. What says neither is no browser and carries
    no cookie by accident.
    """
    if request.method in _SAFE_METHODS or _bearer_token():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and urlsplit(origin).netloc.lower() != request.host.lower()
    if foreign:
        raise Forbidden("this was sent from another site's page: open the kiosk's own page and try again")
