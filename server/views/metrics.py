"""Prometheus' view: counts, ages and durations, nothing of any case."""

from collections.abc import Iterable

import sqlalchemy as sa
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from server.door.tokens import open_to_anyone
from server.opinions.durations import LATELY, MOST_CASES, durations_lately, quantile
from server.parts import parts
from server.store.tables import opinions
from server.views.health import age_seconds

_LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")
_PASSED_ON = ("Forwarded", "X-Forwarded-For")
_QUANTILES = (0.5, 0.95, 1)
_TIMED = f"those of the newest {MOST_CASES} answered cases that came in the last {LATELY.days * 24} hours"
_TEXT = "text/plain; version=0.0.4; charset=utf-8"

blueprint = Blueprint("metrics", __name__)


@blueprint.get("/metrics")
@open_to_anyone
def metrics() -> ResponseReturnValue:
    """For the server's own machine alone. Raises Forbidden for anybody else, also behind a proxy."""
    if request.remote_addr not in _LOOPBACK or any(name in request.headers for name in _PASSED_ON):
        raise Forbidden("metrics are for the server's own machine: let Prometheus ask 127.0.0.1")
    return "".join((*_queue(), *_work(), *_durations(), *_kiosks())), {"Content-Type": _TEXT}


def _queue() -> Iterable[str]:
    depth = parts().queue.waiting()
    counts = {"waiting": depth.waiting, "working": depth.working, "parked": depth.parked}
    jobs = [(f'{{state="{state}"}}', count) for state, count in counts.items()]
    yield _gauge("jobs", "Jobs by state.", jobs)
    oldest = age_seconds(depth.oldest_at)
    yield _gauge("oldest_job_seconds", "Age of the oldest job that could be done.", [("", oldest)])


def _work() -> Iterable[str]:
    with parts().database.read() as r:
        kept = r.execute(sa.select(sa.func.count()).select_from(opinions)).scalar_one()
    yield _gauge("opinions", "Opinions given and kept.", [("", kept)])
    yield _gauge("listeners", "Calls that wait for an update.", [("", parts().listeners.count())])
    yield _gauge("workers", "Workers alive.", [("", len(parts().workers.alive()))])


def _durations() -> Iterable[str]:
    """Gauges: a histogram would have to count all opinions ever given, and no row keeps that count."""
    found = durations_lately(parts().database, parts().clock())
    yield _gauge("timed_opinions", f"Opinions timed here: {_TIMED}.", [("", len(found.since_record))])
    waits = [*_at('since="record",', found.since_record), *_at('since="photo",', found.since_photo)]
    yield _gauge("opinion_seconds", "From a record's or its photo's arrival to its opinion.", waits)
    yield _gauge("inference_seconds", "Of the model alone.", _at("", found.inference))


def _at(label: str, ascending: tuple[float, ...]) -> list[tuple[str, float]]:
    """The quantiles, the last of them the longest; none of nothing."""
    shares = _QUANTILES if ascending else ()
    return [(f'{{{label}quantile="{share}"}}', quantile(ascending, share)) for share in shares]


def _kiosks() -> Iterable[str]:
    seen = [kiosk for kiosk in parts().kiosks.all() if kiosk.seen_at and not kiosk.revoked_at]
    ages = [(f'{{kiosk="{kiosk.id}"}}', age_seconds(kiosk.seen_at)) for kiosk in seen]
    yield _gauge("kiosk_last_seen_seconds", "Since a kiosk last called.", ages)


def _gauge(name: str, meaning: str, samples: Iterable[tuple[str, float]]) -> str:
    """One metric with its samples, each with its label in braces or an empty text."""
    full = f"kiosk_server_{name}"
    head = f"# HELP {full} {meaning}\n# TYPE {full} gauge\n"
    return head + "".join(f"{full}{label} {value}\n" for label, value in samples)
