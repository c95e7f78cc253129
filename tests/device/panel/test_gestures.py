"""What a bouncing contact says is what the person meant: nothing lost, doubled or invented."""

import random

import pytest

from device.panel.gestures import (
    PAIR_HOLD_SECONDS,
    SETTLE_SECONDS,
    SHUTDOWN_HOLD_SECONDS,
    Gesture,
    GestureReader,
)

POLL_SECONDS = 0.01
SHORT, PAIR, SHUTDOWN = Gesture.SHORT, Gesture.PAIR, Gesture.SHUTDOWN


def play(edges, until, poll_seconds=POLL_SECONDS, lost=frozenset(), offset=0.0):
    """What a reader gives for ``edges`` [(down, at)...] and a poll every ``poll_seconds``.

    ``lost`` numbers the edges that the reader never hears of; polls see the true level.
    """
    observations = [(at, 0, down) for number, (down, at) in enumerate(edges) if number not in lost]
    at, level, ahead = offset, False, list(edges)
    while at < until:
        while ahead and ahead[0][1] <= at:
            level = ahead.pop(0)[0]
        observations.append((at, 1, level))
        at += poll_seconds
    reader = GestureReader()
    given = []
    for seen_at, _, down in sorted(observations):
        given += [(gesture, seen_at) for gesture in reader.observe(down, seen_at)]
    return given


def names(given):
    return [gesture for gesture, _ in given]


def press(start, seconds):
    return [(True, start), (False, start + seconds)]


def bounce(down, at, chance, longest):
    """One change of a worn contact: a handful of edges within ``longest`` that ends at ``down``."""
    flips = sorted(chance.uniform(0, longest) for _ in range(2 * chance.randrange(4)))
    edges = [(down, at)]
    for number, flip in enumerate(flips):
        edges.append((down if number % 2 else not down, at + flip))
    return edges


def test_a_short_press_is_one_short_gesture_given_once_it_is_released_and_settled():
    given = play(press(1.0, 0.1), 3)
    assert names(given) == [SHORT]
    assert 1.1 + SETTLE_SECONDS <= given[0][1] <= 1.1 + SETTLE_SECONDS + 2 * POLL_SECONDS


def test_a_hold_of_two_seconds_is_given_while_it_is_still_held():
    given = play(press(1.0, 3.0), 6)
    assert names(given) == [PAIR]
    assert 1.0 + PAIR_HOLD_SECONDS <= given[0][1] <= 1.0 + PAIR_HOLD_SECONDS + 2 * POLL_SECONDS


def test_a_hold_of_six_seconds_passes_the_pairing_hold_on_its_way():
    given = play(press(1.0, 7.0), 10)
    assert names(given) == [PAIR, SHUTDOWN]
    assert given[1][1] >= 1.0 + SHUTDOWN_HOLD_SECONDS


@pytest.mark.parametrize("held", [2.0, 2.5, 6.5, 59.0])
def test_a_hold_is_not_also_a_short_press(held):
    assert SHORT not in names(play(press(1.0, held), 2 + held))


@pytest.mark.parametrize("offset", [0.0, 0.003, 0.006, 0.009])
@pytest.mark.parametrize("held", [1.9, 1.97, 1.985, 1.995])
def test_a_press_released_just_before_two_seconds_is_short_and_no_hold(held, offset):
    assert names(play(press(1.0, held), 5, offset=offset)) == [SHORT]


@pytest.mark.parametrize("held", [5.985, 5.995])
def test_a_press_released_just_before_six_seconds_does_not_shut_down(held):
    assert names(play(press(1.0, held), 9)) == [PAIR]


def test_a_hold_that_nobody_looked_at_in_time_is_still_given():
    reader = GestureReader()
    given = [*reader.observe(True, 1.0), *reader.observe(False, 7.5), *reader.observe(False, 7.6)]
    assert given == [PAIR, SHUTDOWN]


def test_a_short_press_that_nobody_looked_at_in_time_is_still_given():
    reader = GestureReader()
    reader.observe(True, 1.0)
    reader.observe(False, 1.2)
    assert reader.observe(False, 6.0) == (SHORT,)


@pytest.mark.parametrize("width", [0.0005, 0.005, 0.015])
def test_a_spike_shorter_than_the_settle_time_is_nothing(width):
    assert play(press(1.0, width), 4) == []


@pytest.mark.parametrize("width", [0.0005, 0.005, 0.015])
def test_a_spike_during_a_hold_does_not_break_it(width):
    edges = [(True, 1.0), (False, 2.0), (True, 2.0 + width), (False, 3.5)]
    assert names(play(edges, 6)) == [PAIR]


def test_a_level_counts_once_it_has_held_for_the_settle_time():
    reader = GestureReader()
    reader.observe(True, 1.0)
    reader.observe(True, 1.0 + SETTLE_SECONDS / 2)
    assert not reader.is_down
    reader.observe(True, 1.0 + SETTLE_SECONDS * 1.01)
    assert reader.is_down


def test_another_settle_time_is_kept():
    reader = GestureReader(settle_seconds=0.5)
    reader.observe(True, 1.0)
    reader.observe(True, 1.4)
    assert not reader.is_down
    reader.observe(True, 1.6)
    assert reader.is_down


def test_a_press_whose_edges_are_all_lost_is_found_by_the_polls():
    assert names(play(press(1.0, 0.1), 3, lost={0, 1})) == [SHORT]


@pytest.mark.parametrize("lost", [{0}, {1}])
def test_one_lost_edge_loses_nothing(lost):
    assert names(play(press(1.0, 0.1) + press(2.0, 0.1), 4, lost=lost)) == [SHORT, SHORT]


def test_a_lost_release_does_not_turn_a_short_press_into_a_hold():
    assert names(play(press(1.0, 0.2), 9, lost={1})) == [SHORT]


def test_a_button_that_is_down_from_the_start_counts_from_when_it_was_first_seen():
    assert names(play([(True, -5.0), (False, 0.5)], 4, lost={0})) == [SHORT]


def trace(chance, longest):
    """One to four presses, bounces and spikes up to ``longest`` seconds: edges, what was meant, the end."""
    edges, meant, at = [], [], 1.0
    for _ in range(chance.randrange(1, 5)):
        held, gestures = chance.choice(
            [(chance.uniform(0.05, 1.95), [SHORT])] * 4
            + [(chance.uniform(2.05, 5.9), [PAIR]), (chance.uniform(6.05, 8), [PAIR, SHUTDOWN])]
        )
        edges += bounce(True, at, chance, longest) + bounce(False, at + held, chance, longest)
        meant += gestures
        at += held + chance.uniform(0.06, 1.0)
        for _ in range(chance.randrange(3)):  # a spike, as from a nearby motor
            edges += press(at, chance.uniform(0.0002, longest))
            at += 0.06
    return edges, meant, at


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_bouncing_presses_are_read_without_one_lost_doubled_or_invented(seed):
    chance = random.Random(seed)
    for _ in range(500):
        edges, meant, end = trace(chance, longest=0.019)
        given = play(edges, end + 0.2, poll_seconds=chance.uniform(0.010, 0.2))
        assert names(given) == meant, (seed, edges)


@pytest.mark.parametrize("seed", range(4, 8))
def test_polls_repair_what_lost_edges_leave_in_thousands_of_presses(seed):
    """A lost edge is noticed a poll late, so the contact has to calm down a poll sooner."""
    chance = random.Random(seed)
    for _ in range(500):
        edges, meant, end = trace(chance, longest=SETTLE_SECONDS - 0.013)
        lost = {n for n in range(len(edges)) if chance.random() < 0.15}
        given = play(edges, end + 0.2, poll_seconds=chance.uniform(0.010, 0.0129), lost=lost)
        assert names(given) == meant, (seed, edges, lost)
