"""The paired phones: who they are, one more, one less."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound, UnprocessableEntity

from dashboard.addresses import address_for_phones, qr_code
from dashboard.door.access import asker
from dashboard.forms.names import typed_name
from dashboard.parts import parts
from device.case import Role

_NAME_CHARACTERS = 64

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
    reachable = address_for_phones(url_for("pairing.redeem", link=new.link))
    address = reachable or url_for("pairing.redeem", link=new.link, _external=True)
    return render_template(
        "phones/added.html", new=new, address=address, code=qr_code(address), loopback=not reachable
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
        raise UnprocessableEntity("role: must be staff, subject or screen") from None
    if role is not Role.SUBJECT:
        return {"role": role, "name": name}
    if not subject:
        raise UnprocessableEntity("subject: a subject's phone needs the pseudonym whose cases it may see")
    return {"role": role, "name": name, "subject": subject}
