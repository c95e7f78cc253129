"""The button is answered, whatever else goes on: with a case, or with a refusal that shows."""

import threading

import pytest

from device.case import Origin, State
from device.errors import StoreFull, StoreLocked, StoreReadOnly
from device.panel.finger import Finger
from device.panel.panel import TICK_SECONDS
from device.panel.patterns import Pattern
from device.panel_loop import PanelLoop


@pytest.fixture
def shut_downs():
    return []


@pytest.fixture
def loop(panel, store, clock, shut_downs):
    panel.show(Pattern.READY)
    finger = Finger(panel.button, store.pin_presses)
    return PanelLoop(panel, finger, store, clock, lambda: shut_downs.append(clock.seconds()))


@pytest.fixture
def answer(loop):
    """Gives the answers that wait, as the loop's second thread does."""

    def answer_all():
        while not loop._waiting.empty():
            loop.answer()

    return answer_all


@pytest.fixture
def tick(loop, clock, answer):
    def tick_for(seconds=TICK_SECONDS):
        for _ in range(round(seconds / TICK_SECONDS)):
            clock.let_pass(TICK_SECONDS)
            loop.tick()
            answer()

    yield tick_for
    loop._let_go()


@pytest.fixture
def press(tick, pins):
    def for_seconds(seconds=0.1):
        pins.push()
        tick(seconds)
        pins.let_go()
        tick(0.1)

    return for_seconds


def test_a_short_press_is_a_case_that_waits_for_its_photo(press, store, journal):
    press()
    case = store.cases.next_unfinished()
    assert (case.state, case.origin) == (State.ASKED, Origin.BUTTON)
    assert "refused" not in journal.patterns


def test_a_press_while_busy_is_refused_with_light_and_sound(press, store, journal, pins):
    press()
    press()
    assert store.cases.count() == 1
    assert journal.patterns[-1] == "refused"
    assert pins.level(24)
    assert pins.level(25)


def test_every_press_while_busy_is_answered(press, tick, store, journal):
    press()
    for _ in range(3):
        press()
        tick(1.0)
    assert journal.patterns.count("refused") == 3


@pytest.mark.parametrize("reason", [StoreFull("the card is full"), StoreReadOnly("check the card")])
def test_a_press_that_could_not_be_kept_is_refused_and_makes_no_case(
    press, store, journal, monkeypatch, caplog, reason
):
    def refuse(_=0):
        raise reason

    monkeypatch.setattr(store.photos, "require_room", refuse)
    press()
    assert store.cases.count() == 0
    assert journal.patterns[-1] == "refused"
    assert str(reason) in caplog.text
    assert journal.shown[-1]["words"] == str(reason)


def test_a_press_that_meets_the_last_one_unanswered_is_refused_at_once(
    loop, store, clock, pins, journal, answer
):
    def push(seconds=0.1):
        for change in (pins.push, pins.let_go):
            change()
            for _ in range(10):
                clock.let_pass(TICK_SECONDS)
                loop.tick()

    push()  # nobody answers: another program holds the database
    assert "refused" not in journal.patterns
    push()
    assert journal.patterns[-1] == "refused"
    assert "wait for its light" in journal.shown[-1]["words"]
    answer()
    store.cases.failed(store.cases.next_unfinished().id, "no camera")
    push()
    answer()
    assert store.cases.count() == 2
    loop._let_go()


def test_lights_and_button_go_on_while_the_store_cannot_be_read(
    tick, store, journal, panel, monkeypatch, pins
):
    def locked():
        raise StoreLocked("another program holds the database")

    tick()
    monkeypatch.setattr(store.pin_presses, "waiting", locked)
    store.pin_presses.ask(0)
    panel.show(Pattern.FAULT, "another program holds the database")
    pins.push()
    tick(0.1)
    assert journal.shown[-1]["button_down"]
    assert journal.shown[-1]["words"] == "another program holds the database"


def test_a_button_held_for_two_seconds_opens_pairing_for_two_minutes(press, store, journal, clock):
    press(2.2)
    assert 115 < store.phones.window_seconds_left() <= 120
    assert journal.patterns[-1] == "pairing"
    assert store.cases.count() == 0
    clock.let_pass(121)
    assert store.phones.window_seconds_left() == 0


def test_a_button_held_for_six_seconds_shuts_down_once(press, store, shut_downs):
    press(7)
    assert len(shut_downs) == 1
    assert store.cases.count() == 0


def test_a_press_asked_for_through_the_store_is_a_press(tick, store):
    number = store.pin_presses.ask(0)
    tick(0.5)
    assert store.pin_presses.is_done(number)
    assert store.cases.count() == 1


def test_on_real_hardware_nobody_presses_but_people(panel, store, clock, tick):
    number = store.pin_presses.ask(0)
    loop = PanelLoop(panel, None, store, clock, lambda: None)
    for _ in range(50):
        clock.let_pass(TICK_SECONDS)
        loop.tick()
    assert not store.pin_presses.is_done(number)


class RealTime:
    """Runs a loop in a thread of its own while the test moves the clock."""

    def __init__(self, loop):
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=loop.run, args=(self.stopping,))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join(10)
        assert not self.thread.is_alive()


def test_a_fault_inside_does_not_end_the_loop(
    loop, panel, pins, store, clock, poll, journal, monkeypatch, caplog
):
    tick, faults = panel.tick, [ZeroDivisionError("a bug")]

    def tick_with_fault():
        if faults:
            raise faults.pop()
        clock.let_pass(TICK_SECONDS)
        return tick()

    monkeypatch.setattr(panel, "tick", tick_with_fault)
    with RealTime(loop):
        poll(lambda: not faults and journal.shown)
        pins.push()
        poll(lambda: journal.shown[-1]["button_down"])
        pins.let_go()
        poll(lambda: store.cases.count() == 1)
    assert "goes on" in caplog.text


def test_a_fault_in_an_answer_is_said_and_the_next_press_is_taken(
    loop, panel, pins, store, clock, poll, journal, monkeypatch
):
    tick, ask, faults = panel.tick, store.cases.ask, [ZeroDivisionError("a bug")]

    def tick_fast():
        clock.let_pass(TICK_SECONDS)
        return tick()

    def ask_with_fault(origin):
        if faults:
            raise faults.pop()
        return ask(origin)

    def push():
        pins.push()
        poll(lambda: journal.shown and journal.shown[-1]["button_down"])
        pins.let_go()

    monkeypatch.setattr(panel, "tick", tick_fast)
    monkeypatch.setattr(store.cases, "ask", ask_with_fault)
    with RealTime(loop):
        push()
        poll(lambda: "press again" in (journal.shown[-1]["words"] or ""))
        assert store.cases.count() == 0
        push()
        poll(lambda: store.cases.count() == 1)


def test_a_press_under_way_when_the_loop_ends_is_not_made_again_at_the_next_start(
    loop, panel, store, clock, poll, shut_downs, monkeypatch
):
    tick = panel.tick

    def tick_fast():
        clock.let_pass(0.5)
        return tick()

    monkeypatch.setattr(panel, "tick", tick_fast)
    number = store.pin_presses.ask(60)
    with RealTime(loop) as running:
        poll(lambda: shut_downs)
        running.stopping.set()
    assert store.pin_presses.is_done(number)
    assert store.pin_presses.waiting() == ()
    assert not panel.button.is_down
