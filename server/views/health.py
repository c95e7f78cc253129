"""Whether the server can do its work; nothing of any case."""

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from server.door.tokens import open_to_anyone
from server.errors import Overloaded
from server.parts import parts
from server.queue.jobs import Depth

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
@open_to_anyone
def health() -> ResponseReturnValue:
    """200 where cases can be taken in, else 503; ``ok`` also says that somebody gives opinions."""
    try:
        depth, workers = parts().queue.waiting(), parts().workers.alive()
    except (SQLAlchemyError, Overloaded):
        return jsonify(ok=False, database=False), 503
    model = workers[0].model if workers else None
    found = {"ok": bool(workers), "database": True, "workers": len(workers), "model": model}
    return jsonify(found | {"queue": _as_json(depth)})


def age_seconds(moment: datetime | None) -> float:
    """How long ago that was; 0 for None."""
    return 0.0 if moment is None else max(0.0, (parts().clock() - moment).total_seconds())


def _as_json(depth: Depth) -> dict[str, Any]:
    counts = {"waiting": depth.waiting, "working": depth.working, "parked": depth.parked}
    return counts | {"oldest_seconds": round(age_seconds(depth.oldest_at), 1)}
