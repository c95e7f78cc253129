"""Workers of the queue: what a second one brings, and what killing a hundred leaves.

``python tests/bench/workers.py [--short]``: each engine in turn, over a PostgreSQL of its own.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from figure import Figure
from postgresql_cluster import Cluster, programs, running_cluster
from server_backings import POSTGRESQL, PROCRASTINATE, SQLITE, Backing, live_backing_on
from worker_processes import jobs_a_second, kill_workers, work_house

SLEEP_MILLISECONDS = 100
KILLED_MILLISECONDS = 5
KILLS_TOML = "queue.lease_seconds = 2\nqueue.most_attempts = 50\n"


def second_worker(cluster: Cluster, engine: str, home: Path, jobs: int, bound: float) -> Figure:
    """Jobs that sleep: the rate of two workers over that of one."""
    home.mkdir()
    rates = []
    for workers in (1, 2):
        with (
            live_backing_on(cluster, engine) as backing,
            work_house(home / str(workers), backing, jobs) as house,
        ):
            rates.append(jobs_a_second(house, workers, SLEEP_MILLISECONDS))
    name = f"a second worker, {engine} ({rates[0]:.1f} to {rates[1]:.1f} jobs a second)"
    return Figure(name, rates[1] / rates[0], bound, "x", at_least=True)


def killed_workers(backing: Backing, engine: str, home: Path, jobs: int, kills: int) -> Figure:
    """Cases that have no opinion, or two, or were told of twice."""
    with work_house(home, backing, jobs, KILLS_TOML) as house:
        kill_workers(house, kills, KILLED_MILLISECONDS, seed=5)
        wrong = sum(sorted(found) != sorted(house.cases) for found in (house.answered(), house.told()))
        left = house.line.queue.waiting()
    wrong += left.waiting + left.working + left.parked
    return Figure(f"lost or twice, {engine}: {jobs} jobs, {kills} kills", wrong, 0, "")


def figures(short: bool) -> Iterator[Figure]:
    """All of them. Raises AssertionError where there is no PostgreSQL."""
    jobs, kills = (25, 3) if short else (1000, 100)
    folder = programs()
    assert folder, "no PostgreSQL on this machine: apt install postgresql"
    with running_cluster(folder) as cluster, tempfile.TemporaryDirectory() as place:
        home = Path(place)
        for engine in (POSTGRESQL, PROCRASTINATE):
            # In a few jobs' time two workers do not begin in the same moment.
            yield second_worker(
                cluster, engine, home / f"rate {engine}", *((24, 1.5) if short else (200, 1.8))
            )
        for engine in (POSTGRESQL, PROCRASTINATE):
            with live_backing_on(cluster, engine) as backing:
                yield killed_workers(backing, engine, home / engine, jobs, kills)
        if not short:
            yield killed_workers(Backing(), SQLITE, home / SQLITE, jobs, kills)


def main() -> int:
    all_hold = True
    for figure in figures("--short" in sys.argv):
        all_hold = all_hold and figure.holds
        print(figure, flush=True)
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
