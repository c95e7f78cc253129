"""Time on a computer that may not know it."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from device import clock as clock_module
from device.clock import Moment, SystemClock

POWER_CUT = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_moment_is_corrected_by_a_later_trusted_one_of_its_boot():
    wrong = Moment("boot", 60.0, POWER_CUT, trusted=False)
    right = wrong.corrected_by(Moment("boot", 90.0, NOW, trusted=True))
    assert right == Moment("boot", 60.0, NOW - timedelta(seconds=30), trusted=True)


def test_corrected_moments_keep_their_spans():
    later = Moment("boot", 90.0, NOW, trusted=True)
    first, second = (
        Moment("boot", seconds, POWER_CUT, False).corrected_by(later) for seconds in (60.0, 61.5)
    )
    assert second.wall_at - first.wall_at == timedelta(seconds=1.5)


def test_the_system_clock_names_this_boot():
    first, second = SystemClock().moment(), SystemClock().moment()
    assert first.boot_id == second.boot_id
    assert len(first.boot_id) == 36


def test_the_system_clock_never_runs_backwards():
    clock = SystemClock()
    readings = [clock.seconds() for _ in range(1000)]
    assert readings == sorted(readings)
    assert readings[0] > 0


def test_the_system_clock_counts_from_the_boot_in_all_processes(child):
    clock = SystemClock()
    before = clock.seconds()
    elsewhere = float(child.run("from device.clock import SystemClock; print(SystemClock().seconds())"))
    assert before < elsewhere < clock.seconds()


def test_the_wall_time_is_aware_utc():
    moment = SystemClock().moment()
    assert moment.wall_at.utcoffset() == timedelta(0)
    assert abs(moment.wall_at.timestamp() - time.time()) < 5


@pytest.mark.parametrize(
    ("state", "trusted"),
    [(0, True), (1, True), (4, True), (5, False), (-1, False)],
    ids=["TIME_OK", "TIME_INS", "TIME_WAIT", "TIME_ERROR", "not allowed to ask"],
)
def test_the_wall_time_is_trusted_once_the_kernel_is_synchronised(monkeypatch, state, trusted):
    class Kernel:
        def __init__(self, library):
            assert library is None

        @staticmethod
        def adjtimex(timex):
            assert timex.raw[:4] == bytes(4), "asking must not change anything"
            return state

    monkeypatch.setattr(clock_module.ctypes, "CDLL", Kernel)
    assert SystemClock().moment().trusted is trusted


def test_asking_the_real_kernel_gives_an_answer():
    assert SystemClock().moment().trusted in (True, False)
