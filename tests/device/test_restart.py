"""What dies is started again at once, unless it keeps dying young."""

import itertools

import pytest

from device.restart import Start


def starts(*lives_seconds):
    """The starts of a child that lives so long after each."""
    found = [Start(1000.0)]
    for seconds in lives_seconds:
        found.append(found[-1].after_death(found[-1].at + seconds))
    return found


def spans(found):
    return [later.at - earlier.at for earlier, later in itertools.pairwise(found)]


@pytest.mark.parametrize("lives_seconds", [2.0, 6.0, 86_400.0])
def test_one_that_ran_is_started_again_at_once(lives_seconds):
    assert spans(starts(lives_seconds)) == [lives_seconds]


def test_the_starts_of_one_that_dies_at_once_move_apart_to_five_seconds():
    assert spans(starts(*[0.0] * 8)) == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 5.0]


def test_nobody_waits_for_one_that_lived_as_long_as_its_starts_are_apart():
    assert spans(starts(0.0, 1.5)) == [0.5, 1.5]


def test_one_that_ran_for_two_seconds_may_die_young_again():
    assert spans(starts(*[0.0] * 5, 2.0, 0.0))[-2:] == [2.0, 0.5]
