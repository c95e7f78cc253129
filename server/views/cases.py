"""Cases over the wire: a record comes once, changes follow, an opinion is there to ask for."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from device.wire.change import LARGEST_CHANGE_BYTES
from device.wire.record import LARGEST_RECORD_BYTES
from server.door.tokens import kiosk
from server.parts import parts
from server.views.bodies import read_json_bytes

blueprint = Blueprint("cases", __name__, url_prefix="/v1/cases")


@blueprint.put("/<uuid:case_id>")
def put(case_id: object) -> ResponseReturnValue:
    """Keep a record; its receipt. Sent again it is the way to ask for a newer receipt."""
    body = read_json_bytes(LARGEST_RECORD_BYTES)
    parts().admission.require(str(case_id), body)
    kept = parts().cases.put(kiosk().id, str(case_id), body)
    return jsonify(parts().receipts.for_record(kept).as_json()), 201 if kept.new else 200


@blueprint.post("/<uuid:case_id>/changes")
def change(case_id: object) -> ResponseReturnValue:
    """Keep a change; its receipt."""
    body = read_json_bytes(LARGEST_CHANGE_BYTES)
    kept, found = parts().cases.change(kiosk().id, str(case_id), body)
    return jsonify(parts().receipts.for_change(kept, found).as_json()), 201 if kept.new else 200


@blueprint.get("/<uuid:case_id>/opinion")
def opinion(case_id: object) -> ResponseReturnValue:
    """The newest opinion. Raises NotFound while there is none."""
    found = parts().cases.opinion(kiosk().id, str(case_id))
    if found is None:
        raise NotFound("there is no opinion yet: updates tell when there is")
    return jsonify(found)


@blueprint.post("/<uuid:case_id>/opinion")
def ask_again(case_id: object) -> ResponseReturnValue:
    """Have a parked case tried again; asked for any other, it changes nothing."""
    asked = parts().cases.get(kiosk().id, str(case_id))
    return jsonify(queued=parts().queue.try_again(asked.id)), 202


@blueprint.delete("/<uuid:case_id>")
def erase(case_id: object) -> ResponseReturnValue:
    """Erase the case everywhere here; its receipt."""
    parts().cases.erase(kiosk().id, str(case_id))
    return jsonify(parts().receipts.for_erasure(kiosk().id, str(case_id)).as_json())
