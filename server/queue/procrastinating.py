"""The queue as Procrastinate's tables in PostgreSQL: for those who run, watch and back it up already.

Procrastinate's own worker ends a job in a transaction of its own, and its heartbeat is for all that it does.
Here a job ends in the transaction that keeps its answer, and each claim registers as a worker of its own, so
that a heartbeat is the lease of one job. A parked job is a failed one. Leases and pauses go by the
database's clock.
"""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from procrastinate.types import JobToDefer
from psycopg.types.json import Jsonb

from server.clock import Clock
from server.config import QueueConfig
from server.errors import CaseErased, CaseUnknown, ConfigInvalid
from server.queue.jobs import LONGEST_FAULT, OPINION, Depth, Job, pause_after
from server.queue.parking import WORKERS_DIED, tell_parked
from server.queue.procrastinate_rows import QUEUE, call, depth, lost, of_case, ready, tasks
from server.queue.procrastinate_schema import install
from server.store.case_rows import ServerCase, get_case
from server.store.database import Database


class ProcrastinateQueue:
    """A JobQueue over Procrastinate; no other program may use it in this database."""

    def __init__(self, database: Database, clock: Clock, config: QueueConfig) -> None:
        """Make its tables where they are missing. Raises ConfigInvalid where this is no PostgreSQL."""
        if database.is_sqlite:
            raise ConfigInvalid("queue.engine: Procrastinate needs PostgreSQL, name one with --database")
        install(database)
        self._database = database
        self._clock = clock
        self._lease = timedelta(seconds=config.lease_seconds)
        self._most_attempts = config.most_attempts

    def order(self, t: sa.Connection, case: ServerCase) -> None:
        """Make the case's job."""
        if t.execute(sa.select(tasks.c.id).where(*of_case(case.id))).first() is None:
            told = Jsonb({"case_id": case.id, "ordered_at": self._clock().isoformat()})
            job = JobToDefer(QUEUE, OPINION, int(case.urgent), None, case.id, told, None)  # type: ignore[arg-type]
            call(t, "defer_jobs", jobs=[job])

    def cancel(self, t: sa.Connection, case_id: str) -> None:
        """Take the case's job away."""
        gone = t.execute(tasks.delete().where(*of_case(case_id)).returning(tasks.c.worker_id))
        for worker in gone.scalars():
            _release(t, worker)

    def claim(self, worker_id: str) -> Job | None:
        """The next job. An attempt counts once its lease is over, or it failed."""
        while self._any(lost(self._lease)) and self._take_back():
            pass
        if not self._any(ready()):
            return None
        with self._database.transaction() as t:
            claim = call(t, "register_worker").worker_id
            row = call(t, "fetch_job", queues=[QUEUE], worker_id=claim)
            if row.id is None:
                _release(t, claim)
                return None
            return Job(row.id, row.args["case_id"], worker_id, row.attempts + 1)

    def renew(self, job: Job) -> bool:
        """Lease it anew. False where it is no longer this claim's."""
        with self._database.transaction() as t:
            row = _held(t, job)
            if row is not None:
                call(t, "update_heartbeat", worker_id=row.worker_id)
        return row is not None

    def done(self, t: sa.Connection, job: Job) -> None:
        """End it."""
        row = _held(t, job)
        if row is not None:
            call(t, "finish_job", job_id=job.number, status="succeeded", delete_job=True)
            _release(t, row.worker_id)

    def failed(self, job: Job, fault: str, for_good: bool = False) -> None:
        """Later, or parked."""
        with self._database.transaction() as t:
            row = _held(t, job)
            if row is None:
                return
            if for_good or job.attempt >= self._most_attempts:
                self._park(t, row, fault)
            else:
                _requeue(t, row, pause_after(job.attempt))

    def waiting(self) -> Depth:
        """How much there is to do."""
        with self._database.read() as r:
            return Depth(*r.execute(depth(self._lease)).one())

    def try_again(self, case_id: str) -> bool:
        """Order it anew. False where none is parked."""
        parked = tasks.delete().where(*of_case(case_id), tasks.c.status == "failed")
        with self._database.transaction() as t:
            try:
                case = get_case(t, case_id, lock=True)
            except (CaseErased, CaseUnknown):
                return False
            if not t.execute(parked).rowcount:
                return False
            self.order(t, case)
        return True

    def _any(self, query: "sa.Select[Any]") -> bool:
        """Looked at without locks, which idle workers would else take again and again."""
        with self._database.read() as r:
            return r.execute(query).first() is not None

    def _take_back(self) -> bool:
        """Give one lost job free, or park it after its last attempt. False where others are at it."""
        query = lost(self._lease).with_for_update(of=tasks, skip_locked=True)
        with self._database.transaction() as t:
            row = t.execute(query).first()
            if row is None:
                return False
            if row.attempts + 1 < self._most_attempts:
                _requeue(t, row, timedelta())
            else:
                self._park(t, row, WORKERS_DIED)
        return True

    def _park(self, t: sa.Connection, row: "sa.Row[Any]", fault: str) -> None:
        call(t, "finish_job", job_id=row.id, status="failed", delete_job=False)
        _release(t, row.worker_id)
        tell_parked(t, self._clock, row.args["case_id"], fault[:LONGEST_FAULT])


def _held(t: sa.Connection, job: Job) -> "sa.Row[Any] | None":
    """The row, locked, as long as it is this very claim's: each end of a claim counts an attempt."""
    here = (tasks.c.id == job.number, tasks.c.status == "doing", tasks.c.attempts == job.attempt - 1)
    return t.execute(sa.select(tasks).where(*here).with_for_update()).first()


def _requeue(t: sa.Connection, row: "sa.Row[Any]", pause: timedelta) -> None:
    due_at = t.execute(sa.select(sa.func.now() + pause)).scalar_one()
    as_before = dict.fromkeys(("new_priority", "new_queue_name", "new_lock"))
    call(t, "retry_job", job_id=row.id, retry_at=due_at, **as_before)
    _release(t, row.worker_id)


def _release(t: sa.Connection, worker: int | None) -> None:
    """The claim's own worker goes; None where another program removed it."""
    if worker is not None:
        call(t, "unregister_worker", worker_id=worker)
