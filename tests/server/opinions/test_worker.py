"""The worker: one job after the other, whatever happens to one of them."""

from dataclasses import replace

import sqlalchemy as sa

from device.wire.update import UpdateKind
from models.context import Told
from models.errors import NotAPhoto
from server.errors import Overloaded


def test_it_answers_every_case_and_then_waits(worker, line, engine, disk):
    cases = [line.case(body_site="arm") for _ in range(3)]
    assert worker.run() == 0
    assert engine.seen == [(b"a photo", Told(None, "upper_extremity"))] * 3
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION] * len(cases)
    assert disk.looked_after == disk.asked


def test_without_work_it_waits(worker, engine):
    assert not worker.work_once()
    assert worker.run() == 0
    assert engine.seen == []


def test_told_to_stop_it_ends_the_job_at_hand_and_takes_no_other(worker, line, engine):
    line.case()
    line.case()
    engine.meanwhile = worker.stop
    worker.run()
    assert (len(line.news()), line.queue.waiting().waiting) == (1, 1)


def test_a_photo_that_does_not_decode_is_parked_at_once_with_the_reason(worker, line, engine):
    case = line.case()
    engine.fault = NotAPhoto("the photo is damaged: send another one")
    worker.work_once()
    assert line.news(case) == [(UpdateKind.PARKED, {"reason": "the photo is damaged: send another one"})]


def test_any_other_failure_is_tried_again_and_names_no_value(worker, line, engine, clock):
    case = line.case()
    engine.fault = ValueError("Anna's photo")
    for _ in range(line.parts.config.queue.most_attempts):
        assert worker.work_once()
        clock.pass_(hours=1)
    ((kind, content),) = line.news(case)
    assert kind == UpdateKind.PARKED
    assert "ValueError" in content["reason"]
    assert "Anna" not in content["reason"]


def test_one_failure_keeps_no_other_case_waiting(worker, line, engine):
    line.case()
    line.case()
    engine.fault = ValueError()
    worker.work_once()
    engine.fault = None
    worker.work_once()
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION]


def test_a_case_that_is_asked_no_more_is_not_looked_at(worker, line, kiosk, disk, monkeypatch):
    case = line.case()
    claim = line.queue.claim

    def claim_and_lose(worker_id):
        job = claim(worker_id)
        kiosk.consent(case, review=True)
        return job

    monkeypatch.setattr(line.queue, "claim", claim_and_lose)
    assert worker.work_once()
    assert disk.asked == []


def test_the_lease_holds_while_the_engine_works(worker, line, engine, heartbeat, clock):
    line.case()

    def work_long():
        for _ in range(5):
            clock.pass_(seconds=50)
            heartbeat.beat()
            assert line.queue.claim("another") is None

    engine.meanwhile = work_long
    worker.work_once()
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION]


def test_a_queue_that_cannot_be_used_is_asked_again_later(worker, line, monkeypatch):
    line.case()
    claim, faults = line.queue.claim, [sa.exc.OperationalError("", {}, OSError())]

    def claim_at_second_try(worker_id):
        if faults:
            raise faults.pop()
        return claim(worker_id)

    waited = []
    monkeypatch.setattr(line.queue, "claim", claim_at_second_try)
    monkeypatch.setattr(
        worker, "_wait", lambda seconds: waited.append(seconds) or len(waited) < 2 or worker.stop()
    )
    worker.run()
    assert (len(line.news()), waited) == (1, [5.0, 0.25])


def test_while_the_photos_storage_is_away_it_waits_with_its_job(worker, line, disk, monkeypatch):
    line.case()
    away, waited, read = [Overloaded("away", 1)] * 20, [], disk.read

    def read_at_last(file):
        if away:
            raise away.pop()
        return read(file)

    monkeypatch.setattr(disk, "read", read_at_last)
    worker._parts = replace(worker._parts, read_photo=disk.read)
    monkeypatch.setattr(worker, "_wait", waited.append)
    assert worker.work_once()
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION]
    assert waited == [5.0] * 20


def test_told_to_stop_it_waits_for_no_storage(worker, line, disk):
    line.case()

    def away(_):
        worker.stop()
        raise Overloaded("away", 1)

    worker._parts = replace(worker._parts, read_photo=away)
    worker.run()
    assert line.queue.waiting().waiting == 1
