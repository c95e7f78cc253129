"""Those who wait for an update hold a place each, learn of it soon, and never take every thread."""

import threading
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest

from server.listeners import Listeners

LONG_SECONDS = 60
SOON_SECONDS = 10


class Counts:
    """How far each kiosk's count of updates is; ``fault`` is raised instead, once."""

    def __init__(self):
        self.of, self.fault, self._asked = {}, None, SimpleQueue()

    def __call__(self, kiosk_ids):
        self._asked.put(set(kiosk_ids))
        fault, self.fault = self.fault, None
        if fault:
            raise fault
        return {kiosk: self.of.get(kiosk, 0) for kiosk in kiosk_ids}

    def until_asked_for(self, *kiosks):
        while not set(kiosks) <= self._asked.get(timeout=SOON_SECONDS):
            pass


@pytest.fixture
def counts():
    return Counts()


@pytest.fixture
def make(counts):
    made = []

    def make(most=10):
        made.append(Listeners(counts, most, look_seconds=0.005))
        return made[-1]

    yield make
    for listeners in made:
        listeners.end()


@pytest.fixture
def calls(counts):
    """Begins a call that waits, and comes back once it does."""
    with ThreadPoolExecutor(8) as pool:

        def begin(listeners, kiosk, cursor=0):
            call = pool.submit(listeners.wait, kiosk, cursor, LONG_SECONDS)
            counts.until_asked_for(kiosk)
            return call

        yield begin


def test_who_waits_is_woken_by_the_next_update(make, calls, counts):
    call = calls(make(), "bar", cursor=6)
    counts.of["bar"] = 7
    assert call.result(SOON_SECONDS)


def test_nobody_is_woken_by_anothers_update(make, calls, counts):
    listeners = make()
    ours, theirs = calls(listeners, "bar"), calls(listeners, "foo")
    counts.of["foo"] = 1
    assert theirs.result(SOON_SECONDS)
    counts.until_asked_for("bar")
    assert not ours.done()
    listeners.end()


def test_an_update_that_came_before_the_call_waited_is_not_missed(make, calls, counts):
    counts.of["bar"] = 7
    assert calls(make(), "bar", cursor=6).result(SOON_SECONDS)


def test_a_wait_ends_with_its_time(make):
    assert make().wait("bar", 0, 0.01)


def test_whoever_finds_every_place_taken_is_sent_away(make, calls, counts):
    listeners = make(most=2)
    calls(listeners, "bar"), calls(listeners, "foo")
    assert not listeners.wait("one more", 0, LONG_SECONDS)
    listeners.end()


def test_a_place_is_free_again_once_its_call_is_over(make, calls, counts):
    listeners = make(most=1)
    first = calls(listeners, "bar")
    counts.of["bar"] = 1
    first.result(SOON_SECONDS)
    second = calls(listeners, "foo")
    assert not second.done()
    listeners.end()


def test_a_kiosk_that_calls_again_takes_its_own_place(make, calls, counts):
    listeners = make(most=1)
    first, second = calls(listeners, "bar"), calls(listeners, "bar")
    assert not first.result(SOON_SECONDS)
    counts.of["bar"] = 1
    assert second.result(SOON_SECONDS)


def test_a_look_that_fails_is_followed_by_another(make, calls, counts):
    counts.fault = OSError("the database is away")
    call = calls(make(), "bar")
    counts.of["bar"] = 1
    assert call.result(SOON_SECONDS)


def test_at_the_servers_end_nobody_waits_any_more(make, calls):
    listeners = make()
    call = calls(listeners, "bar")
    listeners.end()
    assert not call.result(SOON_SECONDS)
    assert not listeners.wait("foo", 0, LONG_SECONDS)


def test_nobody_looks_while_nobody_waits(make, calls, counts):
    before = threading.enumerate()
    call = calls(make(), "bar")
    (watching,) = [found for found in watchers() if found not in before]
    counts.of["bar"] = 1
    call.result(SOON_SECONDS)
    watching.join(SOON_SECONDS)
    assert not watching.is_alive()


def watchers():
    return [thread for thread in threading.enumerate() if thread.name == "listeners"]
