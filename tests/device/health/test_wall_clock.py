"""What is wrong with the wall clock is said; the order of the cases never depends on it."""

from datetime import UTC, datetime, timedelta

import pytest

from device.health.wall_clock import WallClock

YEAR = timedelta(days=365)


@pytest.fixture
def wall_clock(clock, store):
    """One that has seen the clock in order."""
    made = WallClock(clock, store)
    assert made.report() == {"trusted": True, "words": ""}
    return made


@pytest.mark.parametrize(
    ("jump", "words"), [(YEAR, "set ahead by 365 days"), (-YEAR, "set back by 365 days")]
)
@pytest.mark.parametrize("trusted", [True, False])
def test_a_jump_is_said_either_way_for_as_long_as_it_stands(wall_clock, clock, jump, words, trusted):
    right = clock.wall_at
    clock.set_wall(right + jump, trusted)
    clock.let_pass(3600)
    assert words in wall_clock.report()["words"]
    clock.set_wall(right + timedelta(hours=1), trusted=True)
    assert wall_clock.report()["words"] == ""


def test_the_steps_of_a_clock_that_is_kept_right_are_no_jump(wall_clock, clock):
    clock.let_pass(86400)
    clock.set_wall(clock.wall_at + timedelta(seconds=2), trusted=True)
    assert wall_clock.report()["words"] == ""


@pytest.mark.parametrize(("jump", "words"), [(5, "5 minutes"), (90, "90 minutes"), (600, "10 hours")])
def test_a_jump_is_said_in_the_unit_of_its_size(wall_clock, clock, jump, words):
    clock.set_wall(clock.wall_at + timedelta(minutes=jump), trusted=True)
    assert f"set ahead by {words} while" in wall_clock.report()["words"]


def test_a_clock_that_is_set_right_for_the_first_time_did_not_jump(store, clock):
    clock.set_wall(datetime(1970, 1, 2, tzinfo=UTC), trusted=False)
    wall_clock = WallClock(clock, store)
    assert "1970-01-02" in wall_clock.report()["words"]
    assert "NTP" in wall_clock.report()["words"]
    clock.set_wall(datetime(2026, 3, 1, tzinfo=UTC), trusted=True)
    assert wall_clock.report() == {"trusted": True, "words": ""}


def test_a_clock_behind_the_newest_case_is_said_until_it_is_put_right(store, clock, skin_jpeg):
    store.receive_photo(skin_jpeg)
    right = clock.wall_at
    clock.reboot()
    clock.set_wall(right - YEAR, trusted=False)
    wall_clock = WallClock(clock, store)
    words = wall_clock.report()["words"]
    assert "not synchronised" in words
    assert "a case is dated later" in words
    clock.set_wall(right + timedelta(minutes=5), trusted=True)
    assert wall_clock.report()["words"] == ""


def test_a_case_taken_while_the_clock_was_ahead_is_said_once_it_is_right_again(
    wall_clock, store, clock, skin_jpeg
):
    right = clock.wall_at
    clock.set_wall(right + YEAR, trusted=True)
    store.receive_photo(skin_jpeg)
    clock.set_wall(right, trusted=True)
    assert "a case is dated later" in wall_clock.report()["words"]
