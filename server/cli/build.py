"""The one place where the command line puts the server's parts together."""

import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server import build_parts
from server.config import ServerSettings, load_settings
from server.parts import Parts

if TYPE_CHECKING:
    from server.opinions.worker import WorkerParts


def settings(ctx: click.Context) -> ServerSettings:
    """The configuration for this call. Raises ConfigInvalid."""
    given = ctx.find_root().obj
    return load_settings(given["home"], given["database"])


def parts(ctx: click.Context) -> Parts:
    """What the verbs work with. Raises ConfigInvalid."""
    built = build_parts(settings(ctx))
    ctx.call_on_close(built.database.close)
    return built


def worker_parts(found: ServerSettings, model: Path | None, threads: int | None) -> "WorkerParts":
    """A worker with its model loaded and tested. ``model`` None takes the configured one.

    Raises ConfigInvalid or ModelError.
    """
    from server.opinions.answers import Answers
    from server.opinions.engine import VGG16, load_engine
    from server.opinions.heartbeat import Heartbeat
    from server.opinions.limit import ended_after
    from server.opinions.worker import WorkerParts

    configured = found.config.opinions.manifest
    engine = load_engine(model or (found.home / configured if configured else VGG16), threads)
    built, own_id = build_parts(found), str(uuid.uuid4())
    name = f"{engine.model.name} {engine.model.version}"
    lease_seconds = found.config.queue.lease_seconds
    return WorkerParts(
        id=own_id,
        queue=built.queue,
        answers=Answers(built.database, built.clock, built.settling, built.queue),
        engine=engine,
        heartbeat=Heartbeat(built.queue, built.workers, own_id, name, lease_seconds),
        read_photo=built.photos.read,
        remove_dropped=built.removals.pay,
        limit=partial(ended_after, found.config.opinions.most_seconds),
    )
