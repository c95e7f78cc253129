"""Workers that die at every moment, and come back from the dead: one opinion for each case and model."""

import random
from collections import Counter

import pytest
import sqlalchemy as sa
from server_backings import on_every_queue
from server_queue import Line, a_prediction

from device.wire.update import UpdateKind
from server.store.tables import jobs, opinions

pytestmark = on_every_queue

CASES, KILLS = 200, 100
MOST_FOR_ONE_CASE = 3


class Campaign:
    """Takes job after job; some workers are killed before they have an answer, some before they
    keep it, and some of those were only slow and keep theirs after all.
    """

    def __init__(self, line, clock, seed):
        self.line, self.clock, self.random = line, clock, random.Random(seed)
        self.kills, self.deaths = 0, Counter()
        self.slow = []

    def run(self):
        while self.line.queue.waiting().waiting or self.line.queue.waiting().working:
            job = self.line.queue.claim(f"worker {self.random.random()}")
            if job is None:
                self.clock.pass_(seconds=30)
            elif self._is_killed(job):
                self._leave(job)
            elif self.line.answers.asked(job):
                self.line.answers.keep(job, a_prediction())
            self._come_back()

    def _is_killed(self, job):
        return (
            self.kills < KILLS and self.deaths[job.case_id] < MOST_FOR_ONE_CASE and self.random.random() < 0.5
        )

    def _leave(self, job):
        self.kills += 1
        self.deaths[job.case_id] += 1
        if self.random.random() < 0.5 and self.line.answers.asked(job):
            self.slow.append(job)

    def _come_back(self):
        if self.slow and self.random.random() < 0.2:
            late = self.slow.pop(self.random.randrange(len(self.slow)))
            self.line.answers.keep(late, a_prediction())


@pytest.mark.parametrize("seed", [5])
def test_a_hundred_killed_workers_leave_one_opinion_a_case(parts, kiosk, clock, seed):
    line = Line(parts, kiosk)
    cases = {line.case() for _ in range(CASES)}
    campaign = Campaign(line, clock, seed)
    campaign.run()
    with parts.database.read() as r:
        given = r.execute(sa.select(opinions.c.case_id)).scalars().all()
        left = r.execute(sa.select(jobs)).all()
    assert campaign.kills == KILLS
    assert (len(given), set(given)) == (CASES, cases)
    assert [kind for kind, _ in line.news()] == [UpdateKind.OPINION] * CASES
    assert left == []
