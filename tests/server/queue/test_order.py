"""Which job comes next."""

from server_backings import on_every_queue

pytestmark = on_every_queue


def test_without_cases_there_is_nothing_to_do(queue):
    assert queue.claim("a worker") is None


def test_the_oldest_comes_first_and_urgent_ones_before_all(line, queue):
    first, second, urgent = line.case(), line.case(), line.case(urgent=True)
    assert [line.claimed().case_id for _ in range(3)] == [urgent, first, second]
    assert queue.claim("another") is None


def test_a_job_is_given_to_one_worker(line, queue):
    line.case()
    assert line.claimed("one")
    assert queue.claim("two") is None


def test_a_job_that_is_done_is_gone(line, queue, clock):
    line.case()
    line.end(line.claimed())
    clock.pass_(days=1)
    assert queue.claim("a worker") is None
    assert queue.waiting().working == 0


def test_a_case_that_is_not_to_be_analysed_makes_no_job(line, queue):
    line.case(consent={"review": True})
    assert queue.claim("a worker") is None


def test_a_withdrawn_consent_or_an_erased_case_takes_the_job_away(line, queue, kiosk):
    kiosk.consent(line.case(), review=True)
    kiosk.call("DELETE", f"/v1/cases/{line.case()}")
    assert queue.claim("a worker") is None
    assert queue.waiting().waiting == 0


def test_it_says_how_much_there_is_to_do_and_since_when(line, queue, clock):
    assert queue.waiting().oldest_at is None
    oldest_at = clock()
    for _ in range(3):
        line.case()
        clock.pass_(minutes=1)
    queue.failed(line.claimed(), "no", for_good=True)
    line.claimed()
    depth = queue.waiting()
    assert (depth.waiting, depth.working, depth.parked) == (1, 1, 1)
    assert (depth.oldest_at - oldest_at).total_seconds() == 120
