"""What ten thousand kiosks cost: the API's work on each thing that they do, and what stays in the database.

Work is the processor time of the API's one process: a busy machine changes it less than it changes rates.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from far_kiosks import Casebook, FarKiosk, enrol
from figure import Figure
from fresh_home import fresh_home
from fresh_server import running_api
from kernel import worked_seconds
from large_photo import large_photo
from postgresql_cluster import programs, running_cluster
from server_backings import POSTGRESQL, SQLITE, Backing, live_backing_on

from models.context import NOTHING_TOLD
from models.manifest import SHIPPED
from server import build_parts
from server.config import CONFIG_FILE, MOST_LISTENERS, load_settings
from server.opinions.answers import Answers
from server.opinions.engine import load_engine
from server.parts import Parts

_AT_ONCE = 8
_UPDATES = "/v1/updates?after=0"
_SETTLE_SECONDS = 2.0
_BYTES = {
    SQLITE: "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    POSTGRESQL: "SELECT pg_database_size(current_database())",
}

Grounds = Callable[[], AbstractContextManager[Backing]]


@dataclass(frozen=True)
class Extent:
    """How long each thing is done, and how many cases are kept to see what they take."""

    seconds: float
    cases: int


def figures(short: bool) -> Iterator[Figure]:
    """On SQLite, and on PostgreSQL, its fsync off, where there is one."""
    extent, folder = Extent(1.0, 20) if short else Extent(15.0, 300), programs()
    casebook = Casebook(large_photo((1600, 1200), 6.0, 85))
    yield from _on(SQLITE, lambda: nullcontext(Backing()), casebook, extent)
    if folder:
        with running_cluster(folder) as cluster:
            yield from _on(POSTGRESQL, lambda: live_backing_on(cluster, POSTGRESQL), casebook, extent)


def _on(name: str, grounds: Grounds, casebook: Casebook, extent: Extent) -> Iterator[Figure]:
    with grounds() as backing, fresh_home(CONFIG_FILE) as home:
        for words, measured, unit in _of_the_api(home, backing.database_url, casebook, extent.seconds):
            yield Figure(f"{name}: {words}", measured, None, unit)
    with grounds() as backing, fresh_home(CONFIG_FILE) as home:
        for words, measured, unit in _of_the_database(
            name, home, backing.database_url, casebook, extent.cases
        ):
            yield Figure(f"{name}: {words}", measured, None, unit)


Row = tuple[str, float, str]


def _of_the_api(home: Path, url: str | None, casebook: Casebook, seconds: float) -> Iterator[Row]:
    tokens = enrol(home, MOST_LISTENERS, url)
    with running_api(home, database_url=url) as api:
        kiosks = [FarKiosk(api.port, number, token) for number, token in enumerate(tokens)]
        few, pid = kiosks[:_AT_ONCE], api.process.pid
        for thing, do in (("record", _record), ("record and photo", _whole_case), ("look for news", _look)):
            yield from _again_and_again(pid, thing, [partial(do, kiosk, casebook) for kiosk in few], seconds)
        yield _listening(pid, kiosks, seconds)
        for kiosk in kiosks:
            kiosk.server.close()


def _record(kiosk: FarKiosk, casebook: Casebook) -> None:
    assert kiosk.put(casebook.record(review=True)) == 201


def _whole_case(kiosk: FarKiosk, casebook: Casebook) -> None:
    """And the record once more, which brings the receipt that says that the photo is kept."""
    record = casebook.record(analyse=True, review=True)
    kiosk.deliver(record, casebook.photo)
    assert kiosk.put(record) == 200


def _look(kiosk: FarKiosk, _: Casebook) -> None:
    assert kiosk.server.request("GET", _UPDATES, headers=kiosk.headers)[0] == 200


def _again_and_again(pid: int, thing: str, calls: list[Callable[[], None]], seconds: float) -> Iterator[Row]:
    """So many threads at once, each with its own call."""
    started, worked = time.monotonic(), worked_seconds(pid)

    def again(call: Callable[[], None]) -> int:
        times = 0
        while time.monotonic() - started < seconds:
            call()
            times += 1
        return times

    with ThreadPoolExecutor(len(calls)) as threads:
        count = sum(threads.map(again, calls))
    yield f"the API's work on a {thing}", (worked_seconds(pid) - worked) / count * 1000, "ms"
    yield f"  {thing}, times a second", count / (time.monotonic() - started), ""


def _listening(pid: int, kiosks: list[FarKiosk], seconds: float) -> Row:
    """While as many kiosks as may wait for news do so."""
    path = f"/v1/updates?after={1 << 40}&wait={round(2 * _SETTLE_SECONDS + seconds)}"
    with ThreadPoolExecutor(len(kiosks)) as threads:
        for kiosk in kiosks:
            threads.submit(kiosk.server.request, "GET", path, headers=kiosk.headers)
        time.sleep(_SETTLE_SECONDS)
        worked = worked_seconds(pid)
        time.sleep(seconds)
        worked = worked_seconds(pid) - worked
    return f"the API's work in a second while {len(kiosks)} kiosks wait", worked / seconds * 1000, "ms"


def _of_the_database(name: str, home: Path, url: str | None, casebook: Casebook, count: int) -> Iterator[Row]:
    """What cases with their opinions leave in tables and indexes; photos lie elsewhere."""
    token, parts = enrol(home, 1, url)[0], build_parts(load_settings(home, url))
    before = _size_bytes(name, parts)
    with running_api(home, database_url=url) as api:
        kiosk = FarKiosk(api.port, 0, token)
        for _ in range(count):
            _whole_case(kiosk, casebook)
        kiosk.server.close()
    yield "claim a job and keep its opinion", _answer_all(parts, casebook) / count * 1000, "ms"
    yield "database, a case with its opinion", (_size_bytes(name, parts) - before) / count / 1000, "kB"
    parts.database.close()


def _answer_all(parts: Parts, casebook: Casebook) -> float:
    """Seconds that the queue and the answers take, without any model."""
    answers = Answers(parts.database, parts.clock, parts.settling, parts.queue)
    opinion = load_engine(SHIPPED, threads=1).give(casebook.photo, NOTHING_TOLD)
    started = time.monotonic()
    while job := parts.queue.claim("bench"):
        assert answers.keep(job, opinion)
    return time.monotonic() - started


def _size_bytes(name: str, parts: Parts) -> int:
    with parts.database.read() as r:
        return int(r.execute(sa.text(_BYTES[name])).scalar_one())
