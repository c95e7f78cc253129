"""How long a job rests after it failed."""

import itertools

from server.queue.jobs import pause_after


def test_pauses_grow_to_an_hour_and_no_more():
    pauses = [pause_after(attempt) for attempt in range(1, 60)]
    assert all(later >= earlier for earlier, later in itertools.pairwise(pauses))
    assert (pauses[0].total_seconds(), pauses[-1].total_seconds()) == (10, 3600)
