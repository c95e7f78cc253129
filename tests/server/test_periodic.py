"""Chores come round, whatever happens to one of them."""

import threading

from server.periodic import Periodic


def test_every_chore_is_called_in_order_even_after_one_that_fails():
    called = []

    def fail():
        called.append("fail")
        raise ValueError

    Periodic([lambda: called.append("first"), fail, lambda: called.append("last")]).once()
    assert called == ["first", "fail", "last"]


def test_they_come_round_until_stopped():
    rounds, third = [], threading.Event()

    def chore():
        rounds.append(1)
        if len(rounds) == 3:
            periodic.stop()
            third.set()

    periodic = Periodic([chore], every_seconds=0)
    periodic.start()
    assert third.wait(10)
    assert len(rounds) == 3
