"""This API's own description; it holds no secret, so anybody may read it."""

from pathlib import Path

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from server.door.tokens import open_to_anyone

_DESCRIPTION = Path(__file__).with_name("openapi.json")

blueprint = Blueprint("description", __name__, url_prefix="/v1")


@blueprint.get("/openapi.json")
@open_to_anyone
def describe() -> ResponseReturnValue:
    """The API in OpenAPI 3.1."""
    return Response(_DESCRIPTION.read_bytes(), content_type="application/json")
