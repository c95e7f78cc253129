"""Kiosks that were all away come back in the same second, each with cases, and all of them are stored.

A kiosk goes on as its sync story does: after 503 when the server says, after a broken connection by its own
pauses.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from far_kiosks import Casebook, FarKiosk, enrol
from figure import Figure, milliseconds, p95
from fresh_home import fresh_home
from fresh_server import server_database, servers_model
from large_photo import large_photo
from running_server import running_server

from device.sync.pauses import Pauses
from device.wire.canonical import sha256_of
from device.wire.receipt import PhotoState
from server.config import CONFIG_FILE
from server.store.tables import photos

_TAKEN = {200, 201}
_HERE_ALREADY = 409
_LONGEST_SECONDS = 1800.0
_BROKEN = (OSError, http.client.HTTPException)


@dataclass
class Met:
    """Answers that nobody may give, 503s, broken connections; milliseconds of each record that was taken."""

    wrong: Counter[int] = field(default_factory=Counter)
    sent_away: int = 0
    broken: int = 0
    records: list[float] = field(default_factory=list)


def figures(short: bool) -> Iterator[Figure]:
    kiosks, each = (20, 3) if short else (200, 10)
    cases = Casebook(large_photo((1024, 768), 6.0, 85))
    with fresh_home(CONFIG_FILE) as home:
        tokens = enrol(home, kiosks)
        with running_server(home, "--model", str(servers_model())) as server:
            met, seconds = come_back(server.port, tokens, cases, each)
        stored = whole_photos(home, sha256_of(cases.photo))
    asked, words = kiosks * each, f"{kiosks} kiosks with {each} cases each return at once"
    yield Figure(f"{words}: cases stored with their photo", stored, asked, "", at_least=True)
    yield Figure(f"{words}: wrong answers {dict(met.wrong) or ''}", met.wrong.total(), 0, "")
    yield Figure("  answered with 503 and Retry-After", met.sent_away, None, "")
    yield Figure("  connections that broke", met.broken, None, "")
    yield Figure("  until all was stored", seconds, None, "s")
    yield Figure("  a record that was taken: p95", p95(met.records), None, "ms")


def come_back(port: int, tokens: list[str], cases: Casebook, each: int) -> tuple[Met, float]:
    """Every kiosk begins in the same moment; what they met, and how long it took until all was through."""
    met, ready, begun = Met(), threading.Barrier(len(tokens)), time.monotonic()
    lock = threading.Lock()

    def whole(numbered: tuple[int, str]) -> None:
        kiosk = ReturningKiosk(FarKiosk(port, *numbered), met, lock)
        ready.wait(_LONGEST_SECONDS)
        for _ in range(each):
            kiosk.deliver(cases)
        kiosk.leave()

    with ThreadPoolExecutor(len(tokens)) as threads:
        for done in [threads.submit(whole, numbered) for numbered in enumerate(tokens)]:
            done.result(_LONGEST_SECONDS)
    return met, time.monotonic() - begun


class ReturningKiosk:
    """One kiosk; what it meets goes into ``met``, which all share."""

    def __init__(self, kiosk: FarKiosk, met: Met, lock: threading.Lock) -> None:
        self._kiosk, self._met, self._lock = kiosk, met, lock

    def deliver(self, cases: Casebook) -> None:
        """One case, however often it takes."""
        record = cases.record(analyse=True, review=True)
        self._until_taken(lambda: self._put(record))
        self._until_taken(lambda: self._kiosk.upload(record["id"], cases.photo))

    def leave(self) -> None:
        self._kiosk.server.close()

    def _put(self, record: dict[str, object]) -> int:
        statuses: list[int] = []
        span = milliseconds(lambda: statuses.append(self._kiosk.put(record)))
        if statuses[0] in _TAKEN:
            with self._lock:
                self._met.records.append(span)
        return statuses[0]

    def _until_taken(self, call: Callable[[], int]) -> None:
        pauses = Pauses()
        while True:
            try:
                status = call()
            except _BROKEN:
                self._note("broken")
                time.sleep(pauses.next_seconds())
                continue
            if status in _TAKEN or status == _HERE_ALREADY:
                return
            time.sleep(self._sent_away(status))

    def _sent_away(self, status: int) -> float:
        """How long to stay away; an answer that is no 503 with Retry-After is wrong."""
        after = self._kiosk.server.retry_after
        if status == 503 and after and after.isdecimal():
            self._note("sent_away")
            return float(after)
        with self._lock:
            self._met.wrong[status] += 1
        return 1.0

    def _note(self, name: str) -> None:
        with self._lock:
            setattr(self._met, name, getattr(self._met, name) + 1)


def whole_photos(home: Path, sha256: str) -> int:
    """How many cases have their photo, byte for byte."""
    kept = sa.select(photos.c.file).where(photos.c.state == PhotoState.KEPT)
    with server_database(home) as database, database.read() as r:
        files = r.execute(kept).scalars().all()
    return sum(sha256_of((home / "photos" / file).read_bytes()) == sha256 for file in files)
