"""Presses of the simulated pin outlive the process that asked for them."""

from device.store import open_store


def test_presses_wait_in_order_until_they_are_made(store):
    first, second = store.pin_presses.ask(0.1), store.pin_presses.ask(2.5)
    assert [(press.number, press.hold_seconds) for press in store.pin_presses.waiting()] == [
        (first, 0.1),
        (second, 2.5),
    ]
    assert not store.pin_presses.is_done(first)
    store.pin_presses.done(first)
    assert store.pin_presses.is_done(first)
    assert [press.number for press in store.pin_presses.waiting()] == [second]


def test_a_press_is_seen_by_another_process(store, home, clock):
    number = store.pin_presses.ask(0.1)
    other = open_store(home, clock=clock)
    assert [press.number for press in other.pin_presses.waiting()] == [number]
    other.pin_presses.done(number)
    other.close()
    assert store.pin_presses.is_done(number)


def test_presses_made_long_ago_are_dropped_and_still_count_as_made(store):
    numbers = [store.pin_presses.ask(0.1) for _ in range(150)]
    for number in numbers:
        store.pin_presses.done(number)
    assert all(store.pin_presses.is_done(number) for number in numbers)
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM pin_presses").fetchone()[0] <= 101


def test_a_press_that_waits_is_never_dropped(store):
    waiting = store.pin_presses.ask(0.1)
    for _ in range(120):
        store.pin_presses.done(store.pin_presses.ask(0.1))
    assert [press.number for press in store.pin_presses.waiting()] == [waiting]
