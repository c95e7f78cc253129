"""The paired phones: who they are, one more, one less."""

from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound, UnprocessableEntity

from dashboard.access import asker
from dashboard.names import typed_name
from dashboard.parts import parts
from device.case import Role

_NAME_CHARACTERS = 64
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

blueprint = Blueprint("phones", __name__)


@blueprint.get("/phones")
def show() -> ResponseReturnValue:
    """Every phone that may see the kiosk, and the form for one more."""
    held = [phone for phone in parts().store.phones.all() if not phone.revoked]
    return render_template("phones/show.html", phones=held, this=asker())


@blueprint.post("/phones")
def add() -> ResponseReturnValue:
    """Add a phone; its link and token are shown this once. Raises UnprocessableEntity."""
    new = parts().store.phones.add(**_wanted())
    address = url_for("pairing.redeem", link=new.link, _external=True)
    return render_template(
        "phones/added.html", new=new, address=address, code=_qr_code(address), loopback=_is_loopback()
    )


@blueprint.post("/phones/<phone_id>/revoke")
def revoke(phone_id: str) -> ResponseReturnValue:
    """End a phone's access at once. Raises NotFound."""
    if not parts().store.phones.revoke(phone_id):
        raise NotFound("there is no such phone")
    return redirect(url_for("phones.show"), 303)


def _wanted() -> dict[str, Any]:
    name, subject = (typed_name(field, _NAME_CHARACTERS) for field in ("name", "subject"))
    try:
        role = Role(request.form.get("role", Role.STAFF))
    except ValueError:
        raise UnprocessableEntity("role: must be staff or subject") from None
    if role is not Role.SUBJECT:
        return {"role": role, "name": name}
    if not subject:
        raise UnprocessableEntity("subject: a subject's phone needs the pseudonym whose cases it may see")
    return {"role": role, "name": name, "subject": subject}


def _qr_code(address: str) -> Markup:
    """The code as inline SVG, drawn by segno from an address of our own making."""
    return Markup(segno.make(address, error="m").svg_inline(border=4, light="#fff", omitsize=True))  # noqa: S704


def _is_loopback() -> bool:
    return urlsplit(request.host_url).hostname in _LOOPBACK
