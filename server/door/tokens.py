"""Who calls: a kiosk by its bearer token; every view of the API asks for one unless it says otherwise."""

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from server.errors import NotAllowed
from server.parts import parts
from server.store.kiosks import Kiosk

_OPEN = "_open_to_anyone"

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


def open_to_anyone(view: View) -> View:
    """Mark a view that wants no token."""
    setattr(view, _OPEN, True)
    return view


def guard() -> None:
    """Before each request: know the kiosk, or refuse. Raises NotAllowed."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or getattr(view, _OPEN, False):
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAllowed("this call wants the kiosk's token: Authorization: Bearer TOKEN")
    g.kiosk = parts().kiosks.by_token(token.strip())
    parts().kiosks.seen(g.kiosk)


def kiosk() -> Kiosk:
    """The kiosk that calls."""
    return g.kiosk  # type: ignore[no-any-return]
