"""Presses while a thousand cases go to the server, against presses while nothing does.

By turns: an acknowledging stub, in a process of its own, answers for a while and then for a while does not.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.sync_campaign import owe_case
from figure import Figure, p95
from fresh_kiosk import open_page
from large_photo import large_photo
from press import press_to_event
from running_kiosk import EventStream, RunningKiosk, running_kiosk
from server_slow_line import judged

import device
from device.store import Store, open_store
from device.uplink.enrolment import Enrolment, save_enrolment
from device.wire.keys import load_or_make_key, public_text

_STUB = Path(__file__).with_name("acknowledging_stub.py")
_REPOSITORY = Path(device.__file__).parents[1]
_KIOSK_ID = str(uuid.UUID(int=1))
_IN_A_TURN = 5
_WARM_UP = 20
_PAUSE_SECONDS = (0.08, 0.12)
"""Between presses, by chance: a fixed one would keep step with the kiosk's own polling."""


@dataclass(frozen=True)
class Stub:
    """The server's process."""

    process: "subprocess.Popen[str]"
    port: int

    def say(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()


def figures(short: bool) -> Iterator[Figure]:
    # Of a few presses the p95 is the slowest.
    count, bound = (120, 2.0) if short else (1000, 1.3)
    with tempfile.TemporaryDirectory() as folder:
        home, key_file = Path(folder) / "kiosk", Path(folder) / "receipts.pem"
        home.mkdir()
        store = _owing(home, count)
        with _stub(key_file) as stub:
            _enrol(home, stub.port, key_file)
            with running_kiosk(home) as kiosk, open_page(kiosk) as page:
                _press(kiosk, page, _WARM_UP)
                idle, draining = _by_turns(kiosk, page, stub, store)
        owed = store.outbox.count()
        store.close()
    words = f"press to event while {count} cases drain, p95 of {len(draining)}"
    yield Figure(f"{words}, to that of {len(idle)} idle", p95(draining) / p95(idle), bound, "x")
    for name, spans in (("idle", idle), ("draining", draining)):
        yield Figure(f"  press to event {name}, p95", p95(spans), None, "ms")
    yield Figure("  still owed at the end", owed, 0, "")


def _by_turns(
    kiosk: RunningKiosk, page: EventStream, stub: Stub, store: Store
) -> tuple[list[float], list[float]]:
    """Until nothing is owed; the turn in which it came to that is left out."""
    idle: list[float] = []
    draining: list[float] = []
    while True:
        idle += _press(kiosk, page, _IN_A_TURN)
        stub.say("open")
        spans = _press(kiosk, page, _IN_A_TURN)
        stub.say("shut")
        if not store.outbox.count():
            assert draining, "all of it was sent in one turn: nothing was measured"
            return idle, draining
        draining += spans


def _press(kiosk: RunningKiosk, page: EventStream, count: int) -> list[float]:
    spans = []
    for _ in range(count):
        time.sleep(random.uniform(*_PAUSE_SECONDS))
        spans.append(press_to_event(kiosk, page)[0])
    return spans


def _owing(home: Path, count: int) -> Store:
    """The kiosk's store with so many cases that are owed."""
    store, photo = open_store(home), large_photo((1024, 768), 6.0, 85)
    judgement = judged(photo)
    for number in range(count):
        owe_case(store, number, photo, judgement)
    return store


def _enrol(home: Path, port: int, key_file: Path) -> None:
    receipt_key = public_text(load_or_make_key(key_file))
    save_enrolment(home, Enrolment(f"http://127.0.0.1:{port}", "stub", _KIOSK_ID, "token", receipt_key))


@contextmanager
def _stub(key_file: Path) -> Iterator[Stub]:
    """It answers nobody yet."""
    process = subprocess.Popen(
        [sys.executable, str(_STUB), str(key_file), _KIOSK_ID],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(_REPOSITORY)},
    )
    try:
        assert process.stdout
        yield Stub(process, int(process.stdout.readline()))
    finally:
        process.kill()
        process.communicate()
