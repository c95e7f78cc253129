"""A campaign against the way to the server: cases go over a bad line while both ends are killed."""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from faults.bad_line import BadLine
from running_kiosk import wait_until
from running_program import free_port, on_home

from device.amendment import Draft, Kind
from device.case import Origin
from device.store import Judgement, Store, open_store
from device.uplink.enrolment import Enrolment, save_enrolment
from device.wire.canonical import sha256_of
from server import build_parts
from server.config import load_settings
from server.store.database import Database
from server.store.tables import cases, conflicts, photos

_FAULTY_SHARE = 0.45
_KILL_GAP_SECONDS = (0.3, 2.0)
_FINISH_SECONDS = 600.0
_JUDGEMENT = Judgement(
    {
        "finding": {"text": "Most likely: nevus (mole) (80 %).", "urgency": "routine"},
        "inconclusive": False,
        "candidates": [{"condition": "nevus", "score": 0.8}],
        "model": {"name": "probe", "version": "1", "sha256": "ab" * 32},
    },
    "cd" * 32,
    {},
)


@dataclass
class SyncOutcome:
    """What a campaign did and found; ``breaches`` is empty where everything held."""

    cases: int
    kills: Counter[str] = field(default_factory=Counter)
    faults: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    breaches: list[str] = field(default_factory=list)


class _Ends:
    """The sync process and the API, each started again when it was killed."""

    def __init__(self, home: Path, server_home: Path, port: int) -> None:
        self._commands = {
            "sync": [*on_home("device.cli", home), "run", "sync"],
            "api": [*on_home("server.cli", server_home), "api", "--port", str(port)],
        }
        self._log = (home / "ends.log").open("ab")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, end: str) -> None:
        """Start one of the two."""
        self.processes[end] = subprocess.Popen(
            self._commands[end], stdout=self._log, stderr=self._log, start_new_session=True
        )

    def kill(self, end: str) -> None:
        """SIGKILL to it and all that it started, then start it again."""
        self.stop(end)
        self.start(end)

    def stop(self, end: str) -> None:
        """SIGKILL."""
        process = self.processes.pop(end)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """End both."""
        for end in list(self.processes):
            self.stop(end)
        self._log.close()


def send_over_a_bad_line(folder: Path, count: int, photo: bytes, seed: int) -> SyncOutcome:
    """Owe ``count`` cases, let them go over a line that fails while both ends are killed, and look."""
    chance, outcome, started = random.Random(seed), SyncOutcome(count), time.monotonic()
    home, server_home, port = folder / "kiosk", folder / "server", free_port()
    home.mkdir(parents=True)
    line = BadLine(port, chance, _FAULTY_SHARE)
    _enrol(home, server_home, line.port)
    store, ends = open_store(home), _Ends(home, server_home, port)
    owed = dict(_owe(store, count, photo))
    try:
        for end in ("api", "sync"):
            ends.start(end)
        _kill_at_random(ends, store, chance, outcome)
        line.mend()
        wait_until(lambda: not store.outbox.count(), _FINISH_SECONDS, "something stayed owed for ever")
    finally:
        ends.close()
        line.close()
    outcome.breaches += [*_wrong_at_server(server_home, owed), *_wrong_at_kiosk(store, owed)]
    store.close()
    outcome.faults = {fault.value: number for fault, number in sorted(line.met.items())}
    outcome.seconds = time.monotonic() - started
    return outcome


def _kill_at_random(ends: _Ends, store: Store, chance: random.Random, outcome: SyncOutcome) -> None:
    """Until two thirds are through: the last third then shows that all of it recovers."""
    enough, until = outcome.cases // 3, time.monotonic() + _FINISH_SECONDS
    while store.outbox.count() > enough and time.monotonic() < until:
        time.sleep(chance.uniform(*_KILL_GAP_SECONDS))
        end = chance.choice(["sync", "api"])
        ends.kill(end)
        outcome.kills[end] += 1


def _enrol(home: Path, server_home: Path, port: int) -> None:
    parts = build_parts(load_settings(server_home))
    kiosk, token = parts.kiosks.enrol(parts.kiosks.add("bar"), None)
    address, receipt_key = f"http://127.0.0.1:{port}", parts.receipts.public_key
    save_enrolment(home, Enrolment(address, "server", kiosk.id, token, receipt_key))
    parts.database.close()


def _owe(store: Store, count: int, photo: bytes) -> Iterator[tuple[str, str]]:
    """Case ids with the digest of each one's photo, which no other has."""
    for number in range(count):
        yield owe_case(store, number, _made_unlike(photo, number))


def owe_case(store: Store, number: int, photo: bytes, judgement: Judgement = _JUDGEMENT) -> tuple[str, str]:
    """A case that may be reviewed and so is owed; its id and its photo's digest."""
    consent = Draft(f"00000000-0000-4000-8000-{number:012}", Kind.CONSENT, _REVIEW, "staff")
    case = store.cases.ask(Origin.BUTTON, consent=consent)
    kept = store.photos.write(case.id, 0, photo)
    store.cases.captured(case.id, kept)
    store.cases.classified(case.id, judgement)
    store.faces.looked(store.faces.next_task(), ())  # the device process found no face
    return case.id, kept.sha256


_REVIEW = {"analyse": False, "review": True, "train": False, "guardian": False}


def _made_unlike(photo: bytes, number: int) -> bytes:
    """The same picture as a photo of its own: APP14 is the one segment that stripping leaves."""
    mark = b"Adobe" + number.to_bytes(6, "big") + b"\x01"
    return photo[:2] + b"\xff\xee" + (len(mark) + 2).to_bytes(2, "big") + mark + photo[2:]


def _wrong_at_server(home: Path, owed: dict[str, str]) -> Iterator[str]:
    settings = load_settings(home)
    database = Database(settings.database_url)
    with database.read() as r:
        kept = {row.case_id: row for row in r.execute(sa.select(photos))}
        ids = [row.id for row in r.execute(sa.select(cases.c.id))]
        clashes = r.execute(sa.select(sa.func.count()).select_from(conflicts)).scalar_one()
    database.close()
    if sorted(ids) != sorted(owed):
        yield f"{len(owed)} cases were owed, {len(ids)} are at the server"
    if clashes:
        yield f"{clashes} times a case came with other contents"
    for case_id, sha256 in owed.items():
        row = kept.get(case_id)
        if row is None or row.state != "kept":
            yield f"case {case_id}: its photo is {row.state if row else 'not there'}"
        elif sha256_of((home / "photos" / row.file).read_bytes()) != sha256:
            yield f"case {case_id}: its photo is not what was sent"


def _wrong_at_kiosk(store: Store, owed: dict[str, str]) -> Iterator[str]:
    """An entry goes by a receipt alone, and the receipt says that the photo is kept."""
    for case_id in owed:
        sync = store.cases.get(case_id).sync
        if sync is None or not sync.kept:
            yield f"case {case_id}: cleared without a receipt that says the photo is kept"
