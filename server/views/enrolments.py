"""A kiosk enrols once, with the code that an admin gave it."""

from typing import Annotated

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, StringConstraints, ValidationError

from device.wire.keys import public_from_text
from server.door.tokens import open_to_anyone
from server.errors import BodyInvalid
from server.parts import parts
from server.views.bodies import read_json_bytes

_LARGEST_BYTES = 4096

blueprint = Blueprint("enrolments", __name__, url_prefix="/v1/enrolments")


class _Enrolment(BaseModel):
    code: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    public_key: Annotated[str, StringConstraints(max_length=100)] | None = None


@blueprint.post("")
@open_to_anyone
def enrol() -> ResponseReturnValue:
    """Use a code up: the kiosk's id and token, and the key that signs receipts."""
    try:
        asked = _Enrolment.model_validate_json(read_json_bytes(_LARGEST_BYTES))
        if asked.public_key is not None:
            public_from_text(asked.public_key)
    except ValidationError as error:
        raise BodyInvalid("code: the code that the server's admin gave is needed") from error
    except ValueError as error:
        raise BodyInvalid(f"public_key: {error}") from error
    kiosk, token = parts().kiosks.enrol(asked.code, asked.public_key)
    found = {"kiosk": kiosk.id, "name": kiosk.name, "token": token}
    return jsonify(found | {"server": parts().config.name, "receipt_key": parts().receipts.public_key}), 201
