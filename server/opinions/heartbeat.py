"""The heartbeat: while a worker works or waits, its lease holds and it is known to be alive."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import SQLAlchemyError

from server.errors import ServerError
from server.queue.jobs import Job, JobQueue
from server.store.workers import Workers

_BEATS_A_LEASE = 3
_LONGEST_JOIN_SECONDS = 1.0
_log = logging.getLogger(__name__)


class Heartbeat:
    """A thread that beats three times a lease; a beat that the database does not take is only late."""

    def __init__(
        self, queue: JobQueue, workers: Workers, worker_id: str, model: str, lease_seconds: float
    ) -> None:
        self._queue = queue
        self._workers = workers
        self._worker_id = worker_id
        self._model = model
        self._every_seconds = lease_seconds / _BEATS_A_LEASE
        self._job: Job | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Beat from now on; at the end the worker has left."""
        self.beat()
        self._thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            self._thread.join(_LONGEST_JOIN_SECONDS)
            with suppress(SQLAlchemyError, ServerError):  # a row that stays is believed for one lease
                self._workers.left(self._worker_id)

    @contextmanager
    def holding(self, job: Job) -> Iterator[None]:
        """Renew the lease of ``job`` meanwhile."""
        self._job = job
        try:
            yield
        finally:
            self._job = None

    def beat(self) -> None:
        """One sign of life."""
        try:
            self._workers.here(self._worker_id, self._model)
            job = self._job
            if job is not None:
                self._queue.renew(job)
        except (SQLAlchemyError, ServerError) as error:
            _log.warning("no heartbeat: %s", type(error).__name__)

    def _run(self) -> None:
        while not self._stopping.wait(self._every_seconds):
            self.beat()
