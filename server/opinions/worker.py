"""The worker: takes one job after the other, has the engine answer it, and keeps the answer."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from models.errors import PhotoError
from server.errors import Overloaded, ServerError
from server.opinions.answers import Answers
from server.opinions.engine import Engine
from server.opinions.heartbeat import Heartbeat
from server.queue.jobs import Job, JobQueue

_LOOK_SECONDS = 0.25
_TROUBLE_SECONDS = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WorkerParts:
    """What a worker works with. ``read_photo`` gives the bytes of a photo's file; ``remove_dropped`` takes
    a file from the disk if the database dropped it. ``limit`` is entered while the engine works, and may end
    the process.
    """

    id: str
    queue: JobQueue
    answers: Answers
    engine: Engine
    heartbeat: Heartbeat
    read_photo: Callable[[str], bytes]
    remove_dropped: Callable[[str], None]
    limit: Callable[[], AbstractContextManager[None]] = nullcontext


class Worker:
    """The foreground of a worker's process; ``wait`` sleeps so many seconds or until it is stopped."""

    def __init__(self, parts: WorkerParts, wait: Callable[[float], object] | None = None) -> None:
        self._parts = parts
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait

    def stop(self) -> None:
        """End after the job at hand; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Work until stopped."""
        while not self._stopping.is_set():
            try:
                if not self.work_once():
                    self._wait(_LOOK_SECONDS)
            except (SQLAlchemyError, ServerError) as error:
                # The job comes back once its lease is over.
                _log.error("the queue cannot be used: %s", type(error).__name__, exc_info=error)
                self._wait(_TROUBLE_SECONDS)
        return 0

    def work_once(self) -> bool:
        """Do the next job. False where there is none."""
        job = self._parts.queue.claim(self._parts.id)
        if job is None:
            return False
        try:
            with self._parts.heartbeat.holding(job):
                self._answer(job)
        except PhotoError as error:
            self._parts.queue.failed(job, str(error), for_good=True)
        except Exception as error:  # noqa: BLE001 - whatever it was, the next job is to be done
            _log.error("job %d failed: %s", job.number, type(error).__name__, exc_info=error)
            self._parts.queue.failed(job, _fault(error))
        return True

    def _answer(self, job: Job) -> None:
        question = self._parts.answers.asked(job)
        if question is None:
            return
        photo = self._read(question.files[0])
        with self._parts.limit():
            prediction = self._parts.engine.give(photo, question.told)
        self._parts.answers.keep(job, prediction)
        for file in question.files:
            self._parts.remove_dropped(file)

    def _read(self, file: str) -> bytes:
        """Wait for a storage that is away, holding the job: without photos no other could be done either."""
        while True:
            try:
                return self._parts.read_photo(file)
            except Overloaded:
                if self._stopping.is_set():
                    raise
                self._wait(_TROUBLE_SECONDS)


def _fault(error: Exception) -> str:
    return f"the server failed at it ({type(error).__name__}): its admin finds the reason in its log"
