"""The short form of ``tests/faults/kills.py``: a kiosk whose processes are killed while phones use it."""

import pytest
from faults.campaign import Outcome, attack

KILLS = 24
SEED = 24
LONGEST_AWAY_SECONDS = 20.0  # five at most, and the start: seconds on an idle machine, but these are shared


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """One campaign, which each test looks at."""
    return attack(tmp_path_factory.mktemp("kills") / "home", KILLS, SEED)


def test_what_was_acknowledged_is_there_whole_and_once_and_nothing_is_left_behind(outcome: Outcome) -> None:
    assert outcome.breaches == []


def test_every_process_was_killed_and_its_part_came_back_soon(outcome: Outcome) -> None:
    roles = {kill.victim.role for kill in outcome.kills}
    assert roles == {"device", "dashboard parent", "dashboard worker", "sync"}
    assert max(kill.away_seconds for kill in outcome.kills) < LONGEST_AWAY_SECONDS


def test_phones_went_on_pressing_and_sending_photos(outcome: Outcome) -> None:
    assert len(outcome.ledger.presses) >= KILLS
    assert len(outcome.ledger.uploads) >= KILLS
    assert outcome.ledger.count("pin", "acknowledged") >= KILLS / 2


def test_open_pages_were_cut_off_and_came_back(outcome: Outcome) -> None:
    assert min(outcome.connections) > 2
