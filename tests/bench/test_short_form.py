"""The short form of the bench: the command works, and what it measures holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).with_name("kiosk_bench.py")
TOPICS = {"memory", "start", "press", "live", "load", "size", "endurance", "model", "learning"}

Figure = dict[str, Any]


def run_bench(*options: str) -> list[Figure]:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--short", "--json", *options],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout, done.stderr
    figures: list[Figure] = json.loads(done.stdout)
    return figures


def broken(figures: list[Figure]) -> dict[str, Figure]:
    """What does not hold; bare computing speed is the machine's, not ours, and does not bind."""
    return {f["name"]: f for f in figures if not f["holds"] and not f["of_the_machine"]}


def test_the_figures_hold() -> None:
    figures = run_bench()
    assert {figure["topic"] for figure in figures} == TOPICS
    missed = broken(figures)
    if missed:  # these machines are shared: what is really too slow is so twice
        again = broken(run_bench("--only", *{figure["topic"] for figure in missed.values()}))
        missed = {name: figure for name, figure in again.items() if name in missed}
    assert not missed
