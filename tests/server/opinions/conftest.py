"""A line of cases and a worker whose engine does as told."""

import pytest
from server_queue import ScriptedEngine

from server.opinions.heartbeat import Heartbeat
from server.opinions.worker import Worker, WorkerParts

LEASE_SECONDS = 60.0


@pytest.fixture
def engine():
    return ScriptedEngine()


@pytest.fixture
def heartbeat(parts):
    return Heartbeat(parts.queue, parts.workers, "a worker", "scripted 1", LEASE_SECONDS)


class Disk:
    """Photos by their file's name; whoever knows none gives this one."""

    def __init__(self):
        self.asked, self.looked_after = [], []

    def read(self, file):
        self.asked.append(file)
        return b"a photo"


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def worker(line, engine, heartbeat, disk):
    parts = WorkerParts(
        id="a worker",
        queue=line.queue,
        answers=line.answers,
        engine=engine,
        heartbeat=heartbeat,
        read_photo=disk.read,
        remove_dropped=disk.looked_after.append,
    )
    made = Worker(parts, wait=lambda _: made.stop())
    return made
