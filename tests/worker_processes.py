"""Real worker processes over a queue full of cases: started, killed, counted."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from server_backings import Backing
from server_doubles import enrolled
from server_queue import Line

import server
from device.wire.update import UpdateKind
from server import create_app
from server.config import load_settings
from server.parts import parts_of
from server.store.tables import opinions, updates

TESTS = Path(__file__).parent
REPOSITORY = Path(server.__file__).parents[1]
LONGEST_SECONDS = 600.0
LOOK_SECONDS = 0.02


@dataclass
class WorkHouse:
    """A home with its database, a kiosk's cases in the queue, and workers that sleep over each."""

    home: Path
    backing: Backing
    line: Line
    cases: set[str]

    def worker(self, milliseconds: int) -> "subprocess.Popen[str]":
        """One that is ready and waits for ``go``."""
        paths = os.pathsep.join((str(TESTS), str(REPOSITORY)))
        database = {"DATABASE": self.backing.database_url} if self.backing.database_url else {}
        command = [sys.executable, str(TESTS / "worker_child.py"), str(self.home), str(milliseconds)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        surroundings = os.environ | database | {"PYTHONPATH": paths}
        child = subprocess.Popen(command, env=surroundings, text=True, **pipes)
        assert child.stdout
        assert child.stdout.readline() == "ready\n"
        return child

    def answered(self) -> list[str]:
        """The cases of all opinions."""
        with self.line.parts.database.read() as r:
            return list(r.execute(sa.select(opinions.c.case_id)).scalars())

    def is_done(self) -> bool:
        with self.line.parts.database.read() as r:
            given = r.execute(sa.select(sa.func.count()).select_from(opinions)).scalar_one()
        return bool(given == len(self.cases))

    def told(self) -> list[str]:
        """The cases of all updates that tell one."""
        query = sa.select(updates.c.case_id).where(updates.c.kind == UpdateKind.OPINION)
        with self.line.parts.database.read() as r:
            return list(r.execute(query).scalars())

    def wait_until_done(self) -> None:
        until = time.monotonic() + LONGEST_SECONDS
        while not self.is_done():
            assert time.monotonic() < until, "cases still wait"
            time.sleep(LOOK_SECONDS)


@contextmanager
def work_house(home: Path, backing: Backing, jobs: int, toml: str = "") -> Iterator[WorkHouse]:
    home.mkdir(exist_ok=True)
    (home / "server.toml").write_text(backing.toml + toml)
    app = create_app(load_settings(home, backing.database_url))
    try:
        line = Line(parts_of(app), enrolled(app, parts_of(app), "bar"))
        yield WorkHouse(home, backing, line, {line.case() for _ in range(jobs)})
    finally:
        parts_of(app).database.close()


def go(child: "subprocess.Popen[str]") -> None:
    assert child.stdin
    child.stdin.write("go\n")
    child.stdin.flush()


def end(child: "subprocess.Popen[str]") -> None:
    """Kill it; whoever asked it to end before lost nothing by that."""
    child.kill()
    child.communicate()


def jobs_a_second(house: WorkHouse, workers: int, milliseconds: int) -> float:
    """How fast so many workers get through the queue."""
    children = [house.worker(milliseconds) for _ in range(workers)]
    try:
        started = time.monotonic()
        for child in children:
            go(child)
        house.wait_until_done()
        return len(house.cases) / (time.monotonic() - started)
    finally:
        for child in children:
            end(child)


def kill_workers(house: WorkHouse, kills: int, milliseconds: int, seed: int) -> None:
    """Two work, and again and again one of them is killed and another begins, until all is done."""
    chance, children = random.Random(seed), [house.worker(milliseconds) for _ in range(2)]
    try:
        for child in children:
            go(child)
        for _ in range(kills):
            time.sleep(chance.uniform(0, 0.2))
            end(children.pop(chance.randrange(len(children))))
            children.append(house.worker(milliseconds))
            go(children[-1])
        house.wait_until_done()
    finally:
        for child in children:
            end(child)
