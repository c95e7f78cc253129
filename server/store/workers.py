"""Workers as rows: whoever gave a sign of life lately is alive, on whatever machine it runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.clock import Clock
from server.store.database import Database
from server.store.tables import workers

_FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class WorkerAlive:
    """One of them; ``model`` is the name and version of what it answers with."""

    id: str
    model: str
    seen_at: datetime


class Workers:
    """All of them; ``believed`` is how long one sign of life counts."""

    def __init__(self, database: Database, clock: Clock, believed: timedelta) -> None:
        self._database = database
        self._clock = clock
        self._believed = believed

    def here(self, worker_id: str, model: str) -> None:
        """A sign of life; rows of workers that died long ago go."""
        now = self._clock()
        with self._database.transaction() as t:
            t.execute(workers.delete().where(workers.c.seen_at < now - _FORGOTTEN_AFTER))
            seen = t.execute(workers.update().where(workers.c.id == worker_id).values(seen_at=now))
            if not seen.rowcount:
                t.execute(workers.insert().values(id=worker_id, model=model, seen_at=now))

    def left(self, worker_id: str) -> None:
        """It ended as it should."""
        with self._database.transaction() as t:
            t.execute(workers.delete().where(workers.c.id == worker_id))

    def alive(self) -> tuple[WorkerAlive, ...]:
        """Those heard of lately, the latest first."""
        query = sa.select(workers).where(workers.c.seen_at > self._clock() - self._believed)
        with self._database.read() as r:
            found = r.execute(query.order_by(workers.c.seen_at.desc()))
            return tuple(WorkerAlive(row.id, row.model, row.seen_at) for row in found)
