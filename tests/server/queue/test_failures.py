"""A job that fails rests and runs again; one that keeps failing is parked, and its kiosk is told."""

import pytest
from server_backings import on_every_queue

from device.wire.update import UpdateKind

pytestmark = on_every_queue


@pytest.fixture
def most(parts):
    return parts.config.queue.most_attempts


def test_a_failed_job_rests_while_others_go_on(line, queue, clock):
    case, other = line.case(), line.case()
    queue.failed(line.claimed(), "no")
    assert line.claimed().case_id == other
    clock.pass_(seconds=9)
    assert queue.claim("a worker") is None
    clock.pass_(seconds=1)
    assert line.claimed().case_id == case


def test_after_its_last_attempt_it_is_parked_and_the_kiosk_is_told_once(line, queue, clock, most):
    case = line.case()
    for _ in range(most):
        assert line.news() == []
        queue.failed(line.claimed(), "the engine broke")
        clock.pass_(hours=1)
    assert queue.claim("a worker") is None
    assert line.news(case) == [(UpdateKind.PARKED, {"reason": "the engine broke"})]
    assert queue.waiting().parked == 1


def test_one_that_fails_for_good_is_parked_at_once(line, queue):
    case = line.case()
    queue.failed(line.claimed(), "no photo", for_good=True)
    assert line.news(case) == [(UpdateKind.PARKED, {"reason": "no photo"})]


def test_a_photo_that_kills_its_workers_is_parked_like_one_that_fails(line, queue, clock, most):
    case, other = line.case(urgent=True), line.case()
    for _ in range(most):
        assert line.claimed().case_id == case
        clock.pass_(hours=1)
    assert line.claimed().case_id == other
    assert [kind for kind, _ in line.news(case)] == [UpdateKind.PARKED]


def test_only_its_own_kiosk_is_told(line, queue, parts, other_kiosk):
    line.case()
    queue.failed(line.claimed(), "no", for_good=True)
    assert parts.updates.after(other_kiosk.id, 0) == ()


def test_a_parked_job_can_be_tried_again_as_if_it_had_never_failed(line, queue, clock, most):
    case = line.case()
    queue.failed(line.claimed(), "no photo", for_good=True)
    assert queue.try_again(case)
    assert not queue.try_again(case)
    for _ in range(most - 1):
        queue.failed(line.claimed(), "no")
        clock.pass_(hours=1)
    assert line.claimed().case_id == case


def test_what_is_not_parked_cannot_be_tried_again(line, queue):
    case = line.case()
    line.claimed()
    assert not queue.try_again(case)
    assert queue.waiting().working == 1
