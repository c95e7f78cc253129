"""Admission: when more waits than can be done soon, new cases are asked to come back later."""

import sqlalchemy as sa

from server.errors import Overloaded
from server.queue.jobs import JobQueue
from server.store.database import Database
from server.store.received import parse_record
from server.store.tables import cases

_RETRY_SECONDS = 60


class Admission:
    """Asked before a record is kept. Its kiosk keeps the case meanwhile, so nothing is lost."""

    def __init__(self, database: Database, queue: JobQueue, most_waiting: int) -> None:
        self._database = database
        self._queue = queue
        self._most_waiting = most_waiting

    def require(self, case_id: str, body: bytes) -> None:
        """Let a record in. Raises Overloaded, or BodyInvalid where the body is no record.

        Known cases are let in, so that their kiosk gets its receipt; urgent ones are; and those that
        want no opinion, for they make no job.
        """
        if self._queue.waiting().waiting < self._most_waiting or self._known(case_id):
            return
        record = parse_record(body, case_id).record
        if record.consent.analyse and not record.urgent:
            raise Overloaded("many cases wait for an opinion: send this one again later", _RETRY_SECONDS)

    def _known(self, case_id: str) -> bool:
        with self._database.read() as r:
            return r.execute(sa.select(cases.c.id).where(cases.c.id == case_id)).first() is not None
