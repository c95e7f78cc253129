"""Answers: what a job asks, read from its case, and the answer, kept with everything that follows from it."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from models.context import Told
from server.clock import Clock
from server.errors import CaseErased, CaseUnknown
from server.opinions.told import told_of
from server.queue.jobs import Job, JobQueue
from server.store.case_rows import ServerCase, get_case
from server.store.cases import known_now
from server.store.database import Database
from server.store.settling import Settling
from server.store.tables import opinions
from server.store.updates import News, tell


@dataclass(frozen=True)
class Question:
    """The case's files, of which the first is the photo to look at, and what is told beside it."""

    files: tuple[str, ...]
    told: Told


class Answers:
    """Between the queue and the cases; each call one transaction."""

    def __init__(self, database: Database, clock: Clock, settling: Settling, queue: JobQueue) -> None:
        self._database = database
        self._clock = clock
        self._settling = settling
        self._queue = queue

    def asked(self, job: Job) -> Question | None:
        """What the job asks; None where nobody asks any more, and then the job ends without a trace."""
        with self._database.transaction() as t:
            case = _case(t, job)
            question = None if case is None or _answered(t, case) else _question(t, case)
            if question is None:
                self._queue.done(t, job)
        return question

    def keep(self, job: Job, prediction: dict[str, Any]) -> bool:
        """Keep an opinion, tell the kiosk, end the job, drop the photo where nothing else keeps it.

        Of one model a case has one opinion: False where there was one already, or the case is gone, or
        its consent is.
        """
        with self._database.transaction() as t:
            case = _case(t, job)
            if case is None or not case.consent_analyse:
                return False
            new = self._insert(t, case, prediction)
            self._queue.done(t, job)
            if new:
                tell(t, self._clock, News(case.kiosk_id, UpdateKind.OPINION, case.id, prediction))
            self._settling.settle(t, case.id)
        return new

    def _insert(self, t: sa.Connection, case: ServerCase, prediction: dict[str, Any]) -> bool:
        """Whether it is the case's first by its model. The case is held, so nobody comes in between."""
        model = prediction["model"]["sha256"]
        if _answered(t, case, opinions.c.model_sha256 == model):
            return False
        row = {"case_id": case.id, "model_sha256": model, "prediction": prediction}
        t.execute(opinions.insert().values(**row, given_at=self._clock()))
        return True


def _case(t: sa.Connection, job: Job) -> ServerCase | None:
    """The job's case, held against other writers; None where it was erased."""
    try:
        return get_case(t, job.case_id, lock=True)
    except (CaseUnknown, CaseErased):
        return None


def _answered(t: sa.Connection, case: ServerCase, *by: "sa.ColumnElement[bool]") -> bool:
    query = sa.select(opinions.c.case_id).where(opinions.c.case_id == case.id, *by)
    return t.execute(query).first() is not None


def _question(t: sa.Connection, case: ServerCase) -> Question | None:
    if not case.consent_analyse or case.photos[0].state is not PhotoState.KEPT:
        return None
    return Question(tuple(photo.file for photo in case.photos if photo.file), told_of(known_now(t, case)))
