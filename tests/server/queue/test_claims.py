"""Many workers at once: each job goes to one of them."""

from functools import partial

from at_once import at_once
from server_backings import on_every_queue

pytestmark = on_every_queue

WORKERS, JOBS = 6, 24


def claim_all(queue, name):
    """What one worker gets until there is nothing more."""
    jobs = []
    while job := queue.claim(name):
        jobs.append(job)
    return jobs


def test_workers_that_claim_at_once_get_each_job_once(line, queue):
    cases = {line.case() for _ in range(JOBS)}
    shares = at_once(*(partial(claim_all, queue, f"worker {n}") for n in range(WORKERS)))
    # One that meets nothing but jobs of which others are just taking hold looks again later.
    claimed = [job.case_id for share in (*shares, claim_all(queue, "late")) for job in share]
    assert (len(claimed), set(claimed)) == (JOBS, cases)


def test_lost_jobs_go_to_one_worker_each(line, queue, parts, clock):
    cases = {line.case() for _ in range(JOBS)}
    claim_all(queue, "killed")
    clock.pass_(seconds=parts.config.queue.lease_seconds)
    shares = at_once(*(partial(claim_all, queue, f"worker {n}") for n in range(WORKERS)))
    claimed = [job for share in (*shares, claim_all(queue, "late")) for job in share]
    assert (len(claimed), {job.case_id for job in claimed}) == (JOBS, cases)
    assert {job.attempt for job in claimed} == {2}


def test_an_answer_and_a_withdrawn_consent_at_once_come_to_one_end(line, queue, kiosk):
    for _ in range(10):
        case, job = line.case(), line.claimed()
        at_once(partial(line.end, job), partial(line.parts.cases.erase, kiosk.id, case))
        assert queue.claim("another") is None
        depth = queue.waiting()
        assert (depth.waiting, depth.working, depth.parked) == (0, 0, 0)
