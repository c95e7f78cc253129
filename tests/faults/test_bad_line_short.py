"""The short form of ``tests/faults/bad_lines.py``: cases over a bad line while both ends are killed."""

from pathlib import Path

import pytest
from faults.sync_campaign import SyncOutcome, send_over_a_bad_line

from device.camera.folder import SAMPLES

CASES = 40
SEED = 7


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> SyncOutcome:
    """One campaign, which each test looks at."""
    photo = min(SAMPLES.glob("*.jpg"), key=lambda path: path.stat().st_size).read_bytes()
    folder: Path = tmp_path_factory.mktemp("bad_line")
    return send_over_a_bad_line(folder, CASES, photo, SEED)


def test_every_case_arrived_whole_and_once_and_none_was_cleared_without_a_receipt(
    outcome: SyncOutcome,
) -> None:
    assert outcome.breaches == []


def test_both_ends_were_killed_and_the_line_failed_in_many_ways(outcome: SyncOutcome) -> None:
    assert set(outcome.kills) == {"sync", "api"}
    assert len(outcome.faults) >= 4
