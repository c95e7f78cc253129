"""What the processes say of themselves, and whether they can still say it."""

import os

import pytest

from device.store import BEAT_SECONDS


@pytest.fixture
def processes(store):
    return store.processes


def test_one_that_beats_is_alive_with_its_report(processes):
    processes.beat("device", os.getpid(), {"camera": "ready", "frames": 3})
    health = processes.get("device")
    assert (health.name, health.pid, health.alive) == ("device", os.getpid(), True)
    assert health.report == {"camera": "ready", "frames": 3}


def test_the_last_beat_counts(processes):
    processes.beat("device", os.getpid(), {"camera": "starting"})
    processes.beat("device", os.getpid(), {"camera": "ready"})
    assert processes.get("device").report == {"camera": "ready"}


def test_one_that_never_ran_or_stopped_on_purpose_is_unknown(processes):
    assert processes.get("device") is None
    processes.beat("device", os.getpid(), {})
    processes.gone("device")
    assert processes.get("device") is None


def test_one_that_stops_late_leaves_its_successors_row_alone(processes):
    processes.beat("device", os.getpid(), {"run": 2})
    processes.gone("device", os.getpid() + 1)
    assert processes.get("device").report == {"run": 2}
    processes.gone("device", os.getpid())
    assert processes.get("device") is None


def test_one_that_misses_three_beats_is_not_alive(processes, clock):
    processes.beat("device", os.getpid(), {})
    clock.let_pass(3 * BEAT_SECONDS - 0.1)
    assert processes.get("device").alive
    clock.let_pass(0.1)
    assert not processes.get("device").alive
    processes.beat("device", os.getpid(), {})
    assert processes.get("device").alive


def test_one_of_an_earlier_boot_is_not_alive(processes, clock):
    processes.beat("device", os.getpid(), {"camera": "ready"})
    clock.reboot()
    assert not processes.get("device").alive
    assert processes.get("device").report == {"camera": "ready"}


def test_one_that_was_killed_is_not_alive_at_once(processes, child):
    process = child.start("input()")
    processes.beat("device", process.pid, {})
    assert processes.get("device").alive
    process.kill()
    process.wait()
    assert not processes.get("device").alive


def test_each_process_has_its_own_row(processes):
    for name in ("device", "dashboard", "sync"):
        processes.beat(name, os.getpid(), {"name": name})
    processes.gone("sync")
    assert processes.get("device").report == {"name": "device"}
    assert processes.get("dashboard").report == {"name": "dashboard"}
    assert processes.get("sync") is None
