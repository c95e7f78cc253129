"""Whether the server can do its work; nothing of any case."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from server.door.tokens import open_to_anyone

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to_anyone
def health() -> ResponseReturnValue:
    """The answer of a server that can be asked."""
    return jsonify(ok=True)
