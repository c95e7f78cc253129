"""The arithmetic of the narrow line: what the bench's figure at 32 kbit/s rests on."""

import random

import pytest
from bench.narrow_line import SEGMENT_BYTES, Direction, Narrowness

WHOLE = Narrowness(bits_a_second=32_000, round_trip_seconds=0.9, sent_again_share=0.0)
ON_THE_LINE = (SEGMENT_BYTES + 40) * 8 / 32_000


def a_direction(line):
    return Direction(line, random.Random(1))


def test_a_segment_takes_its_time_on_the_line_and_half_a_round_trip():
    assert a_direction(WHOLE).arrives_at(10.0, SEGMENT_BYTES) == pytest.approx(10 + ON_THE_LINE + 0.45)


def test_segments_that_are_handed_over_together_go_one_after_the_other():
    way = a_direction(WHOLE)
    arrivals = [way.arrives_at(0.0, SEGMENT_BYTES) for _ in range(10)]
    assert arrivals[-1] == pytest.approx(10 * ON_THE_LINE + 0.45)


def test_a_line_that_rested_begins_anew():
    way = a_direction(WHOLE)
    way.arrives_at(0.0, SEGMENT_BYTES)
    assert way.arrives_at(60.0, SEGMENT_BYTES) == pytest.approx(60 + ON_THE_LINE + 0.45)


def test_one_in_five_goes_twice_and_what_follows_waits_for_it():
    way = a_direction(Narrowness())
    arrivals = [way.arrives_at(0.0, SEGMENT_BYTES) for _ in range(2000)]
    assert arrivals == sorted(arrivals)
    # Each is sent again with the same chance, also the second time: 1 / (1 - 0.2) times in all.
    assert arrivals[-1] == pytest.approx(2000 * ON_THE_LINE * 1.25, rel=0.05)


def test_what_is_sent_again_is_missed_a_round_trip_later():
    class Once(random.Random):
        """Loses the first segment, once."""

        lost = iter([0.0])

        def random(self):
            return next(self.lost, 1.0)

    way = Direction(Narrowness(), Once())
    assert way.arrives_at(0.0, SEGMENT_BYTES) == pytest.approx(2 * ON_THE_LINE + 0.45 + 0.9)


def test_a_faster_line_is_the_same_in_less_time():
    slow, fast = a_direction(Narrowness()), a_direction(Narrowness().faster(10))
    spans = [(slow.arrives_at(0.0, size), fast.arrives_at(0.0, size)) for size in (100, 1400, 700)]
    assert [long / 10 for long, _ in spans] == pytest.approx([short for _, short in spans])
