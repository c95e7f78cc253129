"""A worker that dies loses its job to another; a worker that is only slow does no harm."""

import pytest
from server_backings import on_every_queue

pytestmark = on_every_queue


@pytest.fixture
def lease_seconds(parts):
    return parts.config.queue.lease_seconds


def test_the_job_of_a_worker_that_is_not_heard_of_runs_again_after_its_lease(
    line, queue, clock, lease_seconds
):
    case = line.case()
    line.claimed("one")
    clock.pass_(seconds=lease_seconds - 1)
    assert queue.claim("two") is None
    clock.pass_(seconds=1)
    assert line.claimed("two").case_id == case


def test_a_renewed_lease_holds(line, queue, clock, lease_seconds):
    line.case()
    job = line.claimed("one")
    for _ in range(5):
        clock.pass_(seconds=lease_seconds - 1)
        assert queue.renew(job)
        assert queue.claim("two") is None


def test_a_job_that_another_has_cannot_be_renewed_ended_or_failed(line, queue, clock, lease_seconds):
    line.case()
    late = line.claimed("one")
    clock.pass_(seconds=lease_seconds)
    job = line.claimed("two")
    assert not queue.renew(late)
    line.end(late)
    queue.failed(late, "too late", for_good=True)
    assert queue.renew(job)
    assert line.news() == []


def test_the_same_worker_may_take_its_own_lost_job_again(line, queue, clock, lease_seconds):
    line.case()
    lost = line.claimed("one")
    clock.pass_(seconds=lease_seconds)
    job = line.claimed("one")
    assert (queue.renew(lost), queue.renew(job)) == (False, True)


def test_a_lease_that_ended_still_counts_while_nobody_else_took_the_job(line, queue, clock, lease_seconds):
    line.case()
    job = line.claimed("one")
    clock.pass_(seconds=lease_seconds * 2)
    assert queue.renew(job)
    assert queue.claim("two") is None


def test_a_job_that_is_gone_cannot_be_renewed(line, queue, kiosk):
    case = line.case()
    job = line.claimed()
    kiosk.call("DELETE", f"/v1/cases/{case}")
    assert not queue.renew(job)
    queue.failed(job, "no")
    assert line.news() == []
