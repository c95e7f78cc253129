"""Opinions a second with a full queue, against the bare interpreter; and how long records take meanwhile."""

import math
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from far_kiosks import Casebook, FarKiosk, enrol
from figure import Figure, milliseconds, p95
from fresh_home import fresh_home
from fresh_server import binds, running_api, server_database, servers_model
from large_photo import large_photo
from running_server import running_server
from server_doubles import NO_DOUBTS

from models.classifier import Classifier, self_test_image
from server.config import CONFIG_FILE
from server.store.tables import jobs, opinions

RECORDS_A_SECOND = 5
_TOML = f"queue.most_waiting = 1000000\n{NO_DOUBTS}"
"""The queue is filled before anything is timed: that need not take long."""
_WORK_PHOTOS = 5
_STARTING_SECONDS = 10.0
_MORE_JOBS = 1.5
"""So many times what the bare interpreter would get through: the queue stays full."""


def figures(short: bool) -> Iterator[Figure]:
    """Interpreter and server by turns, for this machine's pace changes."""
    rounds, seconds = (1, 5.0) if short else (3, 20.0)
    manifest = servers_model()
    bare = BareInterpreter(manifest)
    with fresh_home(CONFIG_FILE, _TOML) as home:
        cases = Casebook(large_photo((1024, 768), 6.0, 85))
        token = enrol(home, 1)[0]
        started = bare.photos_a_second(seconds)
        jobs_wanted = started * rounds * (seconds + _STARTING_SECONDS) * _MORE_JOBS
        _fill(home, token, cases, math.ceil(jobs_wanted))
        alone, beside, waits = [started], [], []
        for _ in range(rounds):
            rate, spans = _server_round(home, manifest, token, cases, seconds)
            beside.append(rate)
            waits += spans
            alone.append(bare.photos_a_second(seconds))
        _require_full_queue(home)
    yield from _shown(manifest, statistics.mean(alone), statistics.mean(beside), waits)
    yield Figure(
        f"  {manifest.stem}: processor time of a photo's views", bare.work_milliseconds(), None, "ms"
    )


def _shown(manifest: Path, alone: float, beside: float, waits: list[float]) -> Iterator[Figure]:
    name = manifest.stem
    bound = 0.85 if binds(manifest) else None
    yield Figure(
        f"{name}: opinions of a full queue to the bare interpreter's", beside / alone, bound, "x", True
    )
    yield Figure(f"  {name}: opinions a second", beside, None, "")
    yield Figure(f"  {name}: photos a second of the bare interpreter, same views", alone, None, "")
    words = f"{name}: record acknowledged meanwhile, {RECORDS_A_SECOND} a second, p95 of {len(waits)}"
    yield Figure(words, p95(waits), 250, "ms")


class BareInterpreter:
    """The model's file and nothing else, as often for a photo as it has views."""

    def __init__(self, manifest: Path) -> None:
        classifier = Classifier.load(manifest)
        wanted = classifier.manifest.input
        self._interpreter = classifier.interpreter
        self._views = len(wanted.crops) * (2 if wanted.mirrored else 1)
        self._interpreter.run(self_test_image(wanted.side_pixels))

    def photos_a_second(self, seconds: float) -> float:
        """How many photos it gets through."""
        invokes, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds:
            self._interpreter.invoke()
            invokes += 1
        return invokes / self._views / (time.perf_counter() - started)

    def work_milliseconds(self) -> float:
        """The processor time of one photo, all cores' together."""
        started = time.process_time()
        for _ in range(_WORK_PHOTOS * self._views):
            self._interpreter.invoke()
        return (time.process_time() - started) / _WORK_PHOTOS * 1000


def _fill(home: Path, token: str, cases: Casebook, count: int) -> None:
    """Cases that wait for an opinion, with their photos, before anybody gives one."""
    with running_api(home) as api:
        kiosk = FarKiosk(api.port, 0, token)
        for _ in range(count):
            kiosk.deliver(cases.record(analyse=True, review=True), cases.photo)
        kiosk.server.close()


def _server_round(
    home: Path, manifest: Path, token: str, cases: Casebook, seconds: float
) -> tuple[float, list[float]]:
    """Opinions a second of one worker, and how many milliseconds each record took."""
    with running_server(home, "--model", str(manifest)) as server:
        kiosk = FarKiosk(server.port, 0, token)
        begun = datetime.now(UTC)
        spans = _send_records(kiosk, cases, seconds)
        ended = datetime.now(UTC)
        kiosk.server.close()
    with server_database(home) as database, database.read() as r:
        within = opinions.c.given_at.between(begun, ended)
        given = r.execute(sa.select(sa.func.count()).where(within)).scalar_one()
    return given / (ended - begun).total_seconds(), spans


def _send_records(kiosk: FarKiosk, cases: Casebook, seconds: float) -> list[float]:
    """Records of cases whose photos do not come, at an even pace."""
    spans, started = [], time.monotonic()
    for number in range(round(seconds * RECORDS_A_SECOND)):
        time.sleep(max(0.0, started + number / RECORDS_A_SECOND - time.monotonic()))
        record, statuses = cases.record(analyse=True, review=True), []
        spans.append(milliseconds(lambda r=record, s=statuses: s.append(kiosk.put(r))))
        assert statuses == [201]
    return spans


def _require_full_queue(home: Path) -> None:
    with server_database(home) as database, database.read() as r:
        left = r.execute(sa.select(sa.func.count()).select_from(jobs)).scalar_one()
    assert left, "the queue was empty before the end: nothing was measured"
