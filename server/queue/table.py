"""The queue as a table in the server's own database: the default, and right for a few workers."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from server.clock import Clock
from server.config import QueueConfig
from server.queue.jobs import LONGEST_FAULT, OPINION, Depth, Job, JobState, pause_after
from server.queue.parking import WORKERS_DIED, tell_parked
from server.store.case_rows import ServerCase
from server.store.database import Database, locked
from server.store.tables import jobs

_Condition = sa.ColumnElement[bool]


class TableQueue:
    """A JobQueue over ``jobs``; every call is short, and any process may end at any instant."""

    def __init__(self, database: Database, clock: Clock, config: QueueConfig) -> None:
        self._database = database
        self._clock = clock
        self._lease = timedelta(seconds=config.lease_seconds)
        self._most_attempts = config.most_attempts

    def order(self, t: sa.Connection, case: ServerCase) -> None:
        """Make the case's job."""
        known = sa.select(jobs.c.number).where(jobs.c.case_id == case.id, jobs.c.kind == OPINION)
        if t.execute(known).first() is None:
            row = {"kind": OPINION, "case_id": case.id, "state": JobState.QUEUED, "urgent": case.urgent}
            t.execute(jobs.insert().values(**row, due_at=self._clock()))

    def cancel(self, t: sa.Connection, case_id: str) -> None:
        """Take the case's job away."""
        t.execute(jobs.delete().where(jobs.c.case_id == case_id, jobs.c.kind == OPINION))

    def claim(self, worker_id: str) -> Job | None:
        """The next job. An attempt counts from here on, so that a photo that kills workers kills few."""
        while self._anything():
            with self._database.transaction() as t:
                row = t.execute(locked(self._next(), skip_held=True)).first()
                if row is None:
                    return None
                if row.attempts < self._most_attempts:
                    return self._give(t, row, worker_id)
                self._park(t, row.number, WORKERS_DIED)
        return None

    def renew(self, job: Job) -> bool:
        """Lease it anew. False where it is no longer this claim's."""
        with self._database.transaction() as t:
            renewed = t.execute(
                jobs.update().where(*_held(job)).values(leased_until=self._clock() + self._lease)
            )
        return bool(renewed.rowcount)

    def done(self, t: sa.Connection, job: Job) -> None:
        """End it."""
        t.execute(jobs.delete().where(*_held(job)))

    def failed(self, job: Job, fault: str, for_good: bool = False) -> None:
        """Later, or parked."""
        with self._database.transaction() as t:
            if t.execute(locked(sa.select(jobs.c.number).where(*_held(job)))).first() is None:
                return
            if for_good or job.attempt >= self._most_attempts:
                self._park(t, job.number, fault)
            else:
                self._rest(t, job, fault)

    def waiting(self) -> Depth:
        """How much there is to do."""
        now, count = self._clock(), sa.func.count()
        queued, free = jobs.c.state == JobState.QUEUED, _unleased(now)
        query = sa.select(
            count.filter(queued, free).label("waiting"),
            count.filter(queued, sa.not_(free)).label("working"),
            count.filter(jobs.c.state == JobState.PARKED).label("parked"),
            sa.func.min(jobs.c.due_at).filter(queued, free, jobs.c.due_at <= now).label("oldest_at"),
        )
        with self._database.read() as r:
            return Depth(*r.execute(query).one())

    def try_again(self, case_id: str) -> bool:
        """Queue a parked job again. False where none is parked."""
        with self._database.transaction() as t:
            freed = t.execute(
                jobs.update()
                .where(jobs.c.case_id == case_id, jobs.c.state == JobState.PARKED)
                .values(state=JobState.QUEUED, attempts=0, fault=None, due_at=self._clock())
            )
        return bool(freed.rowcount)

    def _anything(self) -> bool:
        """Looked at without the writers' lock, which an idle worker would else take again and again."""
        with self._database.read() as r:
            return r.execute(self._next()).first() is not None

    def _next(self) -> "sa.Select[Any]":
        now = self._clock()
        ready = (jobs.c.state == JobState.QUEUED, jobs.c.due_at <= now, _unleased(now))
        return sa.select(jobs).where(*ready).order_by(jobs.c.urgent.desc(), jobs.c.number).limit(1)

    def _give(self, t: sa.Connection, row: "sa.Row[Any]", worker_id: str) -> Job:
        job = Job(row.number, row.case_id, worker_id, row.attempts + 1)
        until = self._clock() + self._lease
        self._set(t, job.number, worker=worker_id, attempts=job.attempt, leased_until=until)
        return job

    def _rest(self, t: sa.Connection, job: Job, fault: str) -> None:
        due_at = self._clock() + pause_after(job.attempt)
        self._set(t, job.number, worker=None, leased_until=None, due_at=due_at, fault=fault[:LONGEST_FAULT])

    def _park(self, t: sa.Connection, number: int, fault: str) -> None:
        kept = fault[:LONGEST_FAULT]
        self._set(t, number, state=JobState.PARKED, worker=None, leased_until=None, fault=kept)
        case_id = t.execute(sa.select(jobs.c.case_id).where(jobs.c.number == number)).scalar_one()
        tell_parked(t, self._clock, case_id, kept)

    def _set(self, t: sa.Connection, number: int, **values: object) -> None:
        t.execute(jobs.update().where(jobs.c.number == number).values(**values))


def _unleased(now: datetime) -> _Condition:
    return sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)


def _held(job: Job) -> tuple[_Condition, ...]:
    """The row, as long as it is this very claim's."""
    return (
        jobs.c.number == job.number,
        jobs.c.worker == job.worker,
        jobs.c.attempts == job.attempt,
        jobs.c.state == JobState.QUEUED,
    )
