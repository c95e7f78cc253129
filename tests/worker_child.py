"""A worker in a process of its own, whose engine sleeps: ``worker_child.py HOME MILLISECONDS``.

It says ready, begins when a line comes on its stdin, and works until it is killed or told to end.
"""

import os
import sys
import time
import uuid
from pathlib import Path

from server_queue import MODEL, a_prediction

from server import build_parts
from server.cli.process import prepare, run_until_stopped
from server.config import load_settings
from server.opinions.answers import Answers
from server.opinions.heartbeat import Heartbeat
from server.opinions.worker import Worker, WorkerParts


class SleepingEngine:
    """Answers after a sleep."""

    model = MODEL

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def give(self, photo: bytes, told: object) -> dict[str, object]:
        time.sleep(self._seconds)
        return a_prediction()


def main() -> int:
    home, seconds = Path(sys.argv[1]), int(sys.argv[2]) / 1000
    prepare()
    parts = build_parts(load_settings(home, os.environ.get("DATABASE")))
    own_id = str(uuid.uuid4())
    beat = Heartbeat(parts.queue, parts.workers, own_id, "sleeping 1", parts.config.queue.lease_seconds)
    answers = Answers(parts.database, parts.clock, parts.settling, parts.queue)
    worker = WorkerParts(own_id, parts.queue, answers, SleepingEngine(seconds), beat, lambda _: b"", len)
    print("ready", flush=True)
    sys.stdin.readline()
    with beat.beating():
        return run_until_stopped(Worker(worker))


if __name__ == "__main__":
    sys.exit(main())
