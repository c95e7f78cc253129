"""Cases whose photo has come, workers that take their jobs, and what their kiosks are told."""

import json
import uuid
from typing import Any

from server_doubles import FarKiosk, a_record

from device.wire.receipt import PhotoState
from models.context import Told
from server.opinions.answers import Answers
from server.parts import Parts
from server.queue.jobs import Job
from server.store.tables import photos

MODEL = {"name": "scripted", "version": "1", "sha256": "a" * 64}


class Line:
    """A server's queue with one kiosk's cases in it."""

    def __init__(self, parts: Parts, kiosk: FarKiosk) -> None:
        self.parts, self.kiosk, self.queue = parts, kiosk, parts.queue
        self.answers = Answers(parts.database, parts.clock, parts.settling, parts.queue)

    def case(self, **fields: Any) -> str:
        """A case that is owed an opinion; its id."""
        record = a_record(**fields)
        self.parts.cases.put(self.kiosk.id, record["id"], json.dumps(record).encode())
        self.photo_comes(record["id"])
        return str(record["id"])

    def photo_comes(self, case_id: str) -> None:
        kept = photos.update().where(photos.c.case_id == case_id, photos.c.number == 0)
        with self.parts.database.transaction() as t:
            t.execute(
                kept.values(state=PhotoState.KEPT, file=uuid.uuid4().hex, received_at=self.parts.clock())
            )
            self.parts.settling.settle(t, case_id)

    def claimed(self, worker: str = "a worker") -> Job:
        job = self.queue.claim(worker)
        assert job is not None, "there is nothing to do"
        return job

    def end(self, job: Job) -> None:
        with self.parts.database.transaction() as t:
            self.queue.done(t, job)

    def news(self, case_id: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """What the kiosk was told, of one case or of all."""
        told, cursor = [], 0
        while found := self.parts.updates.after(self.kiosk.id, cursor):
            told += [(u.kind, u.content) for u in found if case_id in (None, u.case)]
            cursor = found[-1].cursor
        return told


def a_prediction(**model: str) -> dict[str, Any]:
    """What an engine gives, as far as the store looks at it."""
    return {"finding": {"text": "Most likely: a test."}, "model": MODEL | model}


class ScriptedEngine:
    """Answers at once, after ``meanwhile``; ``fault`` is raised instead."""

    def __init__(self) -> None:
        self.seen: list[tuple[bytes, Told]] = []
        self.fault: Exception | None = None
        self.meanwhile: Any = lambda: None

    def give(self, photo: bytes, told: Told) -> dict[str, Any]:
        self.seen.append((photo, told))
        self.meanwhile()
        if self.fault:
            raise self.fault
        return a_prediction()
