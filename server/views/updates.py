"""Updates by cursor, with long polling: an answer comes as soon as there is one to give."""

import random

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from device.wire.update import Updates
from server.door.tokens import kiosk
from server.parts import parts

_LONGEST_WAIT_SECONDS = 30
_PAUSE_SECONDS = (5, 15)

blueprint = Blueprint("updates", __name__, url_prefix="/v1/updates")


@blueprint.get("")
def after() -> ResponseReturnValue:
    """What comes after ``after``; with ``wait`` (seconds) empty only when nothing came until then.

    A call that may not wait now is answered at once, and told when to come back.
    """
    cursor, wait = _number("after", 1 << 62), _number("wait", _LONGEST_WAIT_SECONDS)
    found, may_wait = parts().updates.after(kiosk().id, cursor), True
    if wait and not found:
        may_wait = parts().listeners.wait(kiosk().id, cursor, wait)
        found = parts().updates.after(kiosk().id, cursor)
    # Those who were sent away together do not come back together.
    pause = 0 if found or may_wait else random.randint(*_PAUSE_SECONDS)  # noqa: S311 - no secret
    told = Updates(updates=found, next=found[-1].cursor if found else cursor, pause_seconds=pause)
    return jsonify(told.model_dump(mode="json"))


def _number(name: str, largest: int) -> int:
    given = request.args.get(name, "0")
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        raise BadRequest(f"{name} is a whole number from 0")
    return min(int(given), largest)
