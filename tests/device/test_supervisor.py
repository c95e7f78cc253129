"""``kiosk run`` announces once, revives what dies, and leaves nothing behind when it ends."""

import itertools
import signal
import subprocess
import types

import pytest

from device.config import load_settings
from device.process_status import SHUTDOWN_STATUS
from device.store import PROCESS_NAMES
from device.supervisor import Supervisor

STEP_SECONDS = 0.05


class Part:
    """A process that ends when the script says so; ``stubborn`` ones do not mind SIGTERM."""

    def __init__(self, name, time, lives_seconds=float("inf"), status=1, stubborn=False):
        self.name, self.time, self.status, self.stubborn = name, time, status, stubborn
        self.started_at = time.now
        self.ends_at = time.now + lives_seconds
        self.signals = []
        self.killed = False

    def poll(self):
        return self.status if self.time.now >= self.ends_at else None

    def send_signal(self, number):
        self.signals.append(number)
        if not self.stubborn:
            self.ends_at, self.status = self.time.now, -number

    def wait(self, timeout):
        if self.poll() is None:
            self.time.now += timeout
            raise subprocess.TimeoutExpired(self.name, timeout)
        return self.status

    def kill(self):
        self.killed = True
        self.ends_at, self.status = self.time.now, -signal.SIGKILL


class Time:
    """Each look at the clock costs a moment; at ``stop_at`` somebody sends SIGTERM."""

    def __init__(self):
        self.now = 1000.0
        self.stop_at = float("inf")
        self.stop = None

    def monotonic(self):
        self.now += STEP_SECONDS
        if self.now >= self.stop_at:
            self.stop()
        return self.now


class House:
    """A supervisor over scripted parts: ``plans`` gives each next start of a part its fate."""

    def __init__(self, home):
        self.time = Time()
        self.plans = {name: [] for name in PROCESS_NAMES}
        self.started = {name: [] for name in PROCESS_NAMES}
        self.ready_at = self.time.now
        self.asked = []
        self.settings = load_settings(home, options={"simulate": True, "web": {"port": 8123}})

    def run(self, stop_after, link="the-link"):
        supervisor = Supervisor(self.settings, link, self.spawn, self.ready, self.time.monotonic)
        self.time.stop, self.time.stop_at = supervisor.stop, self.time.now + stop_after
        return supervisor.run()

    def spawn(self, name):
        plan = self.plans[name].pop(0) if self.plans[name] else {}
        self.started[name].append(Part(name, self.time, **plan))
        return self.started[name][-1]

    def ready(self, address):
        self.asked.append(address)
        return self.time.now >= self.ready_at

    def all_parts(self):
        return [part for parts in self.started.values() for part in parts]


@pytest.fixture
def house(home, monkeypatch):
    made = House(home)
    monkeypatch.setattr("device.supervisor._POLL_SECONDS", 0)
    return made


def test_it_starts_each_part_once_and_ends_with_success(house):
    assert house.run(stop_after=5) == 0
    assert {name: len(parts) for name, parts in house.started.items()} == dict.fromkeys(PROCESS_NAMES, 1)


def test_it_says_ready_once_and_only_once_it_is(house, capsys):
    house.ready_at = house.time.now + 3
    house.run(stop_after=10)
    printed = capsys.readouterr()
    assert printed.out == "ready http://127.0.0.1:8123\n"
    assert set(house.asked) == {"http://127.0.0.1:8123"}
    assert len(house.asked) > 5
    assert printed.err.count("http://127.0.0.1:8123/pair/the-link") == 1


def test_it_never_says_ready_when_it_is_not(house, capsys):
    house.ready_at = float("inf")
    house.run(stop_after=10)
    assert capsys.readouterr().out == ""


def test_without_simulation_there_is_no_pairing_link(house, capsys):
    house.run(stop_after=5, link=None)
    assert "/pair/" not in capsys.readouterr().err


def test_sigterm_is_passed_on_to_every_part(house):
    house.run(stop_after=5)
    assert [part.signals for part in house.all_parts()] == [[signal.SIGTERM]] * 3
    assert not any(part.killed for part in house.all_parts())


def test_a_part_that_does_not_stop_is_killed_within_five_seconds_of_the_signal(house):
    house.plans = {name: [{"stubborn": True}] for name in PROCESS_NAMES}
    assert house.run(stop_after=5) == 0
    assert all(part.killed for part in house.all_parts())
    assert house.time.now - house.time.stop_at < 5


def test_one_stubborn_part_costs_the_others_nothing(house):
    house.plans["device"] = [{"stubborn": True}]
    house.run(stop_after=5)
    assert [part.killed for part in house.all_parts()] == [True, False, False]


@pytest.mark.parametrize("name", PROCESS_NAMES)
def test_a_part_that_dies_is_started_again_and_the_others_are_left_alone(house, capsys, name):
    house.plans[name] = [{"lives_seconds": 10, "status": 7}]
    assert house.run(stop_after=30) == 0
    assert {n: len(parts) for n, parts in house.started.items()} == dict.fromkeys(PROCESS_NAMES, 1) | {
        name: 2
    }
    printed = capsys.readouterr()
    assert f"{name} ended with status 7 and is started again" in printed.err
    assert printed.out.count("ready") == 1


def test_a_killed_part_is_started_again(house):
    house.plans["device"] = [{"lives_seconds": 5, "status": -9}]
    assert house.run(stop_after=20) == 0
    assert len(house.started["device"]) == 2


def spans_between_starts(parts):
    return [later.started_at - earlier.started_at for earlier, later in itertools.pairwise(parts)]


def away_seconds(parts):
    """From each death to the start that follows it."""
    return [later.started_at - earlier.ends_at for earlier, later in itertools.pairwise(parts)]


@pytest.mark.parametrize("lives_seconds", [1, 6, 40])
def test_a_part_that_ran_is_started_again_at_once(house, lives_seconds):
    house.plans["device"] = [{"lives_seconds": lives_seconds, "status": -9}]
    house.run(stop_after=60)
    assert away_seconds(house.started["device"])[0] <= 0.5


def test_the_starts_of_a_part_that_dies_at_once_move_apart_to_five_seconds(house):
    house.plans["sync"] = [{"lives_seconds": 2}] + [{"lives_seconds": 0}] * 100
    house.run(stop_after=200)
    spans = spans_between_starts(house.started["sync"][1:])
    assert all(later > earlier * 1.5 for earlier, later in itertools.pairwise(spans[:3]))
    assert spans[5:] == pytest.approx([5] * len(spans[5:]), abs=0.5)
    assert len(spans) > 30


def test_a_part_that_is_killed_again_and_again_is_never_away_for_more_than_five_seconds(house):
    lives = [3, 0.1, 0.4, 7, 1, 0, 0, 4.5, 0.2, 2, 6, 0, 1.5, 0, 0, 0, 3, 0.1] * 5
    house.plans["device"] = [{"lives_seconds": seconds, "status": -9} for seconds in lives]
    house.run(stop_after=600)
    away = away_seconds(house.started["device"])
    assert len(away) == len(lives)
    assert max(away) <= 5.5


def test_a_part_that_lives_as_long_as_its_starts_are_apart_is_not_kept_waiting(house):
    house.plans["device"] = [{"lives_seconds": 5, "status": -9} for _ in range(30)]
    house.run(stop_after=300)
    assert max(away_seconds(house.started["device"])) <= 0.5


def test_a_part_that_ran_for_some_seconds_may_die_young_again(house):
    lives = [2, *[0] * 12, 3, 0]
    house.plans["sync"] = [{"lives_seconds": seconds} for seconds in lives]
    house.run(stop_after=120)
    away = away_seconds(house.started["sync"])
    assert max(away[:-2]) > 4
    assert max(away[-2:]) < 1


def test_one_part_that_keeps_dying_keeps_no_other_waiting(house):
    house.plans["sync"] = [{"lives_seconds": 2}] + [{"lives_seconds": 0}] * 30
    house.plans["device"] = [{"lives_seconds": 30, "status": -9}]
    house.run(stop_after=60)
    assert max(away_seconds(house.started["device"])) <= 0.5


@pytest.mark.parametrize(("status", "expected"), [(1, 1), (2, 2), (0, 1), (-9, 1)])
@pytest.mark.parametrize("name", PROCESS_NAMES)
def test_a_part_that_ends_before_all_were_ready_ends_everything_with_its_status(
    house, capsys, name, status, expected
):
    house.ready_at = float("inf")
    house.plans[name] = [{"lives_seconds": 1, "status": status}]
    assert house.run(stop_after=30) == expected
    assert all(part.poll() is not None for part in house.all_parts())
    assert {n: len(parts) for n, parts in house.started.items()} == dict.fromkeys(PROCESS_NAMES, 1)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("ready", [True, False])
def test_a_button_held_for_six_seconds_ends_everything_with_success(house, ready):
    house.ready_at = house.time.now if ready else float("inf")
    house.plans["device"] = [{"lives_seconds": 3, "status": SHUTDOWN_STATUS}]
    assert house.run(stop_after=60) == 0
    assert house.time.now < house.time.stop_at
    assert [len(part.signals) for part in house.all_parts()] == [0, 1, 1]


def test_a_stop_during_a_pause_starts_nothing_more(house):
    house.plans["sync"] = [{"lives_seconds": 2}] + [{"lives_seconds": 0}] * 9
    house.run(stop_after=9)
    assert all(part.poll() is not None for part in house.all_parts())


def test_its_parts_are_this_program_on_the_same_home_and_port(house, monkeypatch):
    commands = []

    class Started(Part):
        def __init__(self, command, **options):
            super().__init__("part", house.time)
            assert options["stdin"] == subprocess.DEVNULL
            commands.append(command)

    stderr = types.SimpleNamespace(fileno=lambda: 2)
    monkeypatch.setattr(
        "device.supervisor.sys", types.SimpleNamespace(stderr=stderr, stdout=stderr, executable="py")
    )
    monkeypatch.setattr("device.supervisor.subprocess.Popen", Started)
    supervisor = Supervisor(house.settings, None, ready=lambda _: False, seconds=house.time.monotonic)
    house.time.stop, house.time.stop_at = supervisor.stop, house.time.now + 2
    supervisor.run()
    for name, command in zip(PROCESS_NAMES, commands, strict=True):
        assert command[:3] == ["py", "-m", "device.cli"]
        assert command[command.index("--home") + 1] == str(house.settings.home)
        assert command[command.index("run") + 1] == name
        assert command[-3:] == ["--port", "8123", "--simulate"]
