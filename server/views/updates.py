"""Updates by cursor, with long polling: an answer comes as soon as there is one to give."""

import time

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from device.wire.update import Updates
from server.door.tokens import kiosk
from server.parts import parts

_LONGEST_WAIT_SECONDS = 30
_LOOK_SECONDS = 0.5

blueprint = Blueprint("updates", __name__, url_prefix="/v1/updates")


@blueprint.get("")
def after() -> ResponseReturnValue:
    """What comes after ``after``; with ``wait`` (seconds) empty only when nothing came until then."""
    cursor, wait = _number("after", 1 << 62), _number("wait", _LONGEST_WAIT_SECONDS)
    until = time.monotonic() + wait
    found = parts().updates.after(kiosk().id, cursor)
    while not found and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        found = parts().updates.after(kiosk().id, cursor)
    told = Updates(updates=found, next=found[-1].cursor if found else cursor)
    return jsonify(told.model_dump(mode="json"))


def _number(name: str, largest: int) -> int:
    given = request.args.get(name, "0")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise BadRequest(f"{name} is a whole number from 0")
    return min(int(given), largest)
