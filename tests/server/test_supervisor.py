"""``kiosk-server run`` announces once, fills the posts of the dead, and leaves nothing behind."""

import itertools

import pytest

from server.supervisor import Supervisor

POSTS = ("api", "worker 1", "worker 2")
ADDRESS = "http://127.0.0.1:8000"
FOREVER = float("inf")


class Scripted:
    """A child that gets ready and ends when its plan says so."""

    def __init__(self, time, ready_after=0.0, lives=FOREVER, status=1, stubborn=False):
        self.time, self.started_at, self.stubborn = time, time.now, stubborn
        self.ready_at, self.ends_at, self.ends_with = time.now + ready_after, time.now + lives, status
        self.asked_to_end = self.killed = False

    @property
    def status(self):
        return self.ends_with if self.time.now >= self.ends_at else None

    @property
    def ready(self):
        return self.time.now >= self.ready_at

    def ask_to_end(self):
        self.asked_to_end = True
        if not self.stubborn:
            self.ends_at, self.ends_with = self.time.now, 0

    def end_within(self, seconds):
        if self.status is None:
            self.time.now += seconds
            self.ends_at, self.ends_with, self.killed = self.time.now, -9, True


class House:
    """Plans for each next child of a post; time goes on a little with each look at the clock."""

    def __init__(self):
        self.now, self.stop_at = 1000.0, FOREVER
        self.plans = {name: [] for name in POSTS}
        self.started = {name: [] for name in POSTS}

    def spawn(self, name):
        plan = self.plans[name].pop(0) if self.plans[name] else {}
        self.started[name].append(Scripted(self, **plan))
        return self.started[name][-1]

    def run(self, stop_after):
        supervisor = Supervisor(POSTS, self.spawn, ADDRESS, lambda: self.now)
        self.stop_at = self.now + stop_after

        def wait(_):
            self.now += 0.05
            if self.now >= self.stop_at:
                supervisor.stop()

        supervisor._stopping.wait = wait
        return supervisor.run()

    def children(self):
        return [child for children in self.started.values() for child in children]


@pytest.fixture
def house():
    return House()


def test_it_starts_each_child_once_and_says_ready_once_all_are(house, capsys):
    house.plans["worker 2"] = [{"ready_after": 3}]
    assert house.run(stop_after=2) == 0
    assert capsys.readouterr().out == ""
    house.plans["worker 2"] = [{"ready_after": 3}]
    assert house.run(stop_after=10) == 0
    assert capsys.readouterr().out == f"ready {ADDRESS}\n"
    assert all(len(children) == 2 for children in house.started.values())


@pytest.mark.parametrize(("status", "expected"), [(1, 1), (2, 2), (0, 1), (-9, 1)])
@pytest.mark.parametrize("name", POSTS)
def test_a_child_that_refuses_to_start_ends_everything_with_its_status(house, capsys, name, status, expected):
    house.plans[name] = [{"ready_after": 9, "lives": 1, "status": status}]
    assert house.run(stop_after=30) == expected
    assert all(child.status is not None for child in house.children())
    assert len(house.children()) == len(POSTS)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", POSTS)
def test_a_child_that_dies_is_started_again_and_the_others_are_left_alone(house, capsys, name):
    house.plans[name] = [{"lives": 10, "status": -9}]
    assert house.run(stop_after=20) == 0
    assert {post: len(children) for post, children in house.started.items()} == dict.fromkeys(POSTS, 1) | {
        name: 2
    }
    said = capsys.readouterr()
    assert f"{name} ended with status -9" in said.err
    assert said.out.count("ready") == 1


def test_one_that_keeps_dying_young_is_started_more_and_more_slowly(house):
    house.plans["worker 1"] = [{"lives": 2}] + [{"lives": 0}] * 100
    house.run(stop_after=200)
    starts = [child.started_at for child in house.started["worker 1"][1:]]
    spans = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert spans[0] < 1.5
    assert spans[6:] == pytest.approx([5] * len(spans[6:]), abs=0.3)
    assert len(house.started["api"]) == 1


def test_all_are_asked_to_end_and_the_stubborn_are_ended_within_five_seconds(house):
    house.plans = {name: [{"stubborn": True}] for name in POSTS}
    assert house.run(stop_after=5) == 0
    assert all(child.asked_to_end and child.killed for child in house.children())
    assert house.now - house.stop_at < 5


def test_a_stop_during_a_pause_starts_nothing_more(house):
    house.plans["worker 1"] = [{"lives": 2}] + [{"lives": 0}] * 9
    house.run(stop_after=6)
    assert all(child.status is not None for child in house.children())
