"""An engine that hangs ends its worker: its photo keeps neither its case nor the queue waiting for ever."""

import faulthandler
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from running_kiosk import wait_until
from server_backings import Backing, on_every_queue
from worker_processes import work_house

from device.wire.update import UpdateKind
from server.opinions.limit import ended_after
from server.photos.photo_store import new_name
from server.queue.parking import WORKERS_DIED
from server.store.tables import photos

MOST_SECONDS = 120

HANGS_IN_A_BLOCK = """
import threading
from server.opinions.limit import ended_after
with ended_after(0.05):
    threading.Event().wait()
"""

WORKER_WITH_AN_ENGINE_THAT_HANGS = """
import sys
import threading
from models.classifier import ModelName
from server.cli import main
from server.opinions import engine

class Hanging:
    model = ModelName("hanging", "1", "a" * 64)

    def give(self, photo, told):
        print("asked of", photo.decode(), flush=True)
        threading.Event().wait()

engine.load_engine = lambda manifest, threads: Hanging()
main(["--home", sys.argv[1], "worker"])
"""


class Ended(BaseException):
    """The process would be no more; no ``except Exception`` outlives that."""


@pytest.fixture
def limited(worker, clock):
    """The worker with a limit that goes by the test's clock."""
    due = []

    def look(at):
        if due and at >= due[0]:
            raise Ended

    @contextmanager
    def limit():
        due.append(clock() + timedelta(seconds=MOST_SECONDS))
        try:
            yield
        finally:
            due.clear()

    clock.followers.append(look)
    worker._parts = replace(worker._parts, limit=limit)
    return worker


@on_every_queue
def test_a_photo_that_every_engine_hangs_at_is_parked_after_as_many_workers_as_tries(
    limited, line, engine, heartbeat, clock
):
    case, queue = line.case(), line.parts.config.queue

    def hang():
        while True:
            clock.pass_(seconds=queue.lease_seconds / 3)
            heartbeat.beat()

    engine.meanwhile = hang
    for _ in range(queue.most_attempts):
        with pytest.raises(Ended):
            limited.work_once()
        assert line.queue.claim("another") is None
        clock.pass_(seconds=queue.lease_seconds)
    assert line.queue.claim("another") is None
    assert line.news(case) == [(UpdateKind.PARKED, {"reason": WORKERS_DIED})]


def test_each_opinion_has_the_whole_time(limited, line, engine, clock):
    cases = [line.case() for _ in range(3)]
    engine.meanwhile = lambda: clock.pass_(seconds=MOST_SECONDS - 1)
    limited.run()
    assert len(line.news()) == len(cases)


def test_an_engine_that_fails_is_limited_no_more(limited, line, engine, clock):
    line.case()
    engine.fault = ValueError()
    limited.work_once()
    clock.pass_(seconds=MOST_SECONDS)


def test_a_storage_that_is_long_away_is_no_engine_that_hangs(limited, line, disk, clock):
    line.case()

    def read_late(file):
        clock.pass_(hours=5)
        return disk.read(file)

    limited._parts = replace(limited._parts, read_photo=read_late)
    limited.work_once()
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION]


def test_past_the_limit_the_process_ends_and_says_where_it_hung(child):
    hung = child.start(HANGS_IN_A_BLOCK)
    _, said = hung.communicate(timeout=60)
    assert hung.returncode == 1
    assert "Timeout" in said
    assert "in wait" in said


@pytest.mark.parametrize("fault", [None, ValueError()])
def test_what_ends_in_time_is_watched_no_more(monkeypatch, fault):
    calls = []
    monkeypatch.setattr(faulthandler, "dump_traceback_later", lambda seconds, **_: calls.append(seconds))
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: calls.append("over"))
    try:
        with ended_after(7.5):
            if fault:
                raise fault
    except ValueError:
        pass
    assert calls == [7.5, "over"]


def test_a_real_worker_that_hangs_ends_and_its_lease_runs_out(tmp_path, child):
    """For the heartbeat ends with it."""
    toml = "opinions.most_seconds = 0.5\nqueue.most_attempts = 1\nqueue.lease_seconds = 1\n"
    with work_house(tmp_path / "server", Backing(), 1, toml) as house:
        (case,), line, name = house.cases, house.line, new_name()
        line.parts.photos.write(name, b"a photo")
        with line.parts.database.transaction() as t:
            t.execute(photos.update().where(photos.c.case_id == case).values(file=name))
        hung = child.start(WORKER_WITH_AN_ENGINE_THAT_HANGS, house.home)
        printed, said = hung.communicate(timeout=60)
        assert (hung.returncode, printed) == (1, "ready hanging 1\nasked of a photo\n"), said
        wait_until(lambda: line.queue.claim("another") is None and line.news(), 30, "the lease holds on")
        assert line.news(case) == [(UpdateKind.PARKED, {"reason": WORKERS_DIED})]
