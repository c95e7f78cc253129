"""Button, lights and finger on gpiozero's pins, and the panel that puts them together."""

import pytest

from device.errors import PanelError
from device.panel.button import Button
from device.panel.finger import SHORT_PRESS_SECONDS, Finger
from device.panel.gestures import Gesture
from device.panel.lights import Lights
from device.panel.panel import TICK_SECONDS, WORDS_SECONDS
from device.panel.patterns import CHANNELS, FLASH_SECONDS, Pattern, levels
from device.panel.pins import pin_factory

BUTTON, GREEN, YELLOW, RED, BUZZER, LAMP = 17, 22, 23, 24, 25, 26
GPIOS = {"green": GREEN, "yellow": YELLOW, "red": RED, "buzzer": BUZZER, "lamp": LAMP}


@pytest.fixture
def tick(panel, clock):
    """Lets the panel tick for a while; all gestures."""

    def tick_for(seconds=TICK_SECONDS):
        gestures = []
        for _ in range(round(seconds / TICK_SECONDS)):
            clock.let_pass(TICK_SECONDS)
            gestures += panel.tick()
        return gestures

    return tick_for


# The button


@pytest.fixture
def button(pins, clock):
    made = Button(BUTTON, pins.factory, clock.seconds)
    yield made
    made.close()


def test_a_pushed_button_is_down_and_a_released_one_is_not(button, pins):
    assert not button.is_down
    pins.push()
    assert button.is_down
    pins.let_go()
    assert not button.is_down


def test_each_edge_is_given_once_in_order_with_its_own_time(button, pins, clock):
    for change in (pins.push, pins.let_go, pins.push):
        clock.let_pass(0.001)
        change()
    clock.let_pass(5)
    edges = button.edges()
    assert [level for level, _ in edges] == [True, False, True]
    assert [round(at - edges[0][1], 6) for _, at in edges] == [0, 0.001, 0.002]
    assert button.edges() == ()


def test_no_bounce_is_lost_on_the_way(button, pins):
    for _ in range(500):
        pins.push()
        pins.let_go()
    assert len(button.edges()) == 1000


def test_a_pin_that_cannot_be_had_is_said_with_its_number(button, pins, clock):
    with pytest.raises(PanelError, match="GPIO 17"):
        Button(BUTTON, pins.factory, clock.seconds)
    with pytest.raises(PanelError, match="red on GPIO 17"):
        Lights({"red": BUTTON}, pins.factory)


def test_a_closed_button_gives_its_pin_back(pins, clock):
    Button(BUTTON, pins.factory, clock.seconds).close()
    Button(BUTTON, pins.factory, clock.seconds).close()


def test_simulated_pins_are_pretended_and_real_ones_refuse_to_be():
    assert type(pin_factory(simulate=True)).__name__ == "MockFactory"
    with pytest.raises(PanelError, match="--simulate"):
        pin_factory(simulate=False)  # there is no header on the machine that runs the tests


# The lights


def test_lights_drive_their_pins_and_say_what_changed(pins):
    lights = Lights(GPIOS, pins.factory)
    assert lights.set(levels(Pattern.TAKING, 0.0))
    assert {gpio for gpio in GPIOS.values() if pins.level(gpio)} == {YELLOW, LAMP, BUZZER}
    assert lights.as_they_are() == levels(Pattern.TAKING, 0.0)
    assert not lights.set(levels(Pattern.TAKING, 0.0))
    lights.close()


def test_buzzer_and_lamp_may_be_missing(pins):
    lights = Lights(GPIOS | {"buzzer": None, "lamp": None}, pins.factory)
    lights.set(levels(Pattern.TAKING, 0.0))
    assert set(lights.as_they_are()) == {"green", "yellow", "red"}
    assert pins.level(YELLOW)
    lights.close()


def test_closed_lights_are_dark(pins):
    lights = Lights(GPIOS, pins.factory)
    lights.set(dict.fromkeys(CHANNELS, True))
    lights.close()
    assert not any(pins.level(gpio) for gpio in GPIOS.values())


# The panel


def test_a_press_on_the_pin_is_a_gesture(tick, pins):
    tick(0.05)
    pins.push()
    assert tick(0.1) == []
    pins.let_go()
    assert tick(0.1) == [Gesture.SHORT]


def test_a_press_shorter_than_a_tick_but_seen_by_its_edges_alone_is_a_spike(tick, pins):
    pins.push()
    pins.let_go()
    assert tick(0.2) == []


def test_a_held_pin_pairs_and_then_shuts_down(tick, pins):
    pins.push()
    assert tick(1.9) == []
    assert tick(0.2) == [Gesture.PAIR]
    assert tick(3.8) == []
    assert tick(0.2) == [Gesture.SHUTDOWN]
    pins.let_go()
    assert tick(0.2) == []


def test_a_press_during_a_long_pause_between_ticks_is_read_afterwards(panel, pins, clock):
    panel.tick()
    for change in (pins.push, pins.let_go):
        clock.let_pass(0.2)
        change()
    clock.let_pass(3)
    assert panel.tick() == (Gesture.SHORT,)


def test_the_panel_starts_dark(panel, pins, tick):
    tick()
    assert not any(pins.level(gpio) for gpio in GPIOS.values())


@pytest.mark.parametrize("pattern", [p for p in Pattern if p not in FLASH_SECONDS])
def test_a_lasting_pattern_stays_and_runs_from_its_own_beginning(panel, pins, clock, tick, pattern):
    tick(0.33)
    panel.show(pattern)
    for step in range(150):
        tick()
        expected = levels(pattern, step * TICK_SECONDS + 0.001)
        assert {c: pins.level(gpio) for c, gpio in GPIOS.items()} == expected, step


@pytest.mark.parametrize("flash", FLASH_SECONDS)
@pytest.mark.parametrize("below", [Pattern.READY, Pattern.FAULT, Pattern.PAIRING])
def test_a_flash_shows_for_its_time_and_gives_way_to_what_lies_below(panel, journal, tick, flash, below):
    panel.show(below)
    tick()
    panel.show(flash)
    tick(FLASH_SECONDS[flash] - 0.05)
    assert journal.patterns[-1] == flash.value
    tick(0.1)
    assert journal.patterns[-2:] == [flash.value, below.value]


def test_what_is_shown_below_a_flash_comes_up_after_it(panel, journal, tick):
    panel.show(Pattern.DONE)
    tick()
    panel.show(Pattern.FAULT)
    tick(2.0)
    assert journal.patterns[-2:] == ["done", "fault"]


@pytest.mark.parametrize("busy", [Pattern.TAKING, Pattern.THINKING])
def test_a_refusal_shows_even_while_the_kiosk_is_busy(panel, journal, pins, tick, busy):
    panel.show(busy)
    tick()
    panel.show(Pattern.REFUSED)
    tick()
    assert journal.patterns[-1] == "refused"
    assert pins.level(RED)
    assert pins.level(BUZZER)
    tick(1.0)
    assert journal.patterns[-1] == busy.value


def test_the_next_photo_is_not_hidden_behind_the_last_ones_done(panel, journal, tick):
    panel.show(Pattern.DONE)
    tick()
    panel.show(Pattern.TAKING)
    tick()
    assert journal.patterns == ["done", "taking"]


def test_each_refusal_is_heard_even_when_one_follows_upon_another(panel, pins, tick):
    panel.show(Pattern.REFUSED)
    tick(0.7)
    assert not pins.level(BUZZER)
    panel.show(Pattern.REFUSED)
    tick()
    assert pins.level(BUZZER)


def test_the_view_is_told_of_each_change_once(panel, journal, pins, tick):
    panel.show(Pattern.READY)
    tick(1.0)
    assert journal.shown == [
        {
            "pattern": "ready",
            "words": None,
            "seconds_left": None,
            "lights": dict.fromkeys(CHANNELS, False) | {"green": True},
            "button_down": False,
            "simulated": True,
        }
    ]
    pins.push()
    tick(0.5)
    assert [panel["button_down"] for panel in journal.shown] == [False, True]


def test_a_countdown_is_told_with_its_seconds_and_then_no_more(panel, journal, tick):
    for left in (2, 2, 1):
        panel.count_down(left)
        tick(0.02)
    panel.show(Pattern.TAKING)
    tick(0.02)
    told = [(shown["pattern"], shown["seconds_left"]) for shown in journal.shown]
    assert told == [("countdown", 2), ("countdown", 1), ("taking", None)]


def test_the_end_of_the_last_press_does_not_flash_over_a_countdown(panel, journal, tick):
    panel.show(Pattern.DONE)
    panel.count_down(3)
    tick(0.1)
    assert journal.patterns == ["countdown"]


def test_in_simulation_the_view_sees_every_blink(panel, journal, tick):
    panel.show(Pattern.THINKING)
    tick(1.5)
    assert [shown["lights"]["yellow"] for shown in journal.shown] == [True, False] * 5


def test_on_real_hardware_the_view_sees_the_pattern_and_not_every_blink(make_panel, journal, clock):
    panel = make_panel(simulated=False)
    panel.show(Pattern.THINKING)
    for _ in range(150):
        clock.let_pass(TICK_SECONDS)
        panel.tick()
    assert len(journal.shown) == 1
    assert journal.shown[0]["simulated"] is False


def test_a_view_that_cannot_be_written_swallows_no_press(make_panel, pins, clock):
    class FullCard:
        def show_panel(self, _):
            raise OSError(28, "No space left on device")

    panel = make_panel(view=FullCard())
    gestures = []
    for change in (pins.push, pins.let_go):
        change()
        for _ in range(10):
            clock.let_pass(TICK_SECONDS)
            gestures += panel.tick()
    assert gestures == [Gesture.SHORT]


def test_a_view_that_could_not_be_written_is_told_again(make_panel, journal, clock):
    class Card:
        full = True

        def show_panel(self, panel):
            if self.full:
                raise OSError(28, "No space left on device")
            journal.show_panel(panel)

    card = Card()
    panel = make_panel(view=card)
    panel.show(Pattern.READY)
    panel.tick()
    card.full = False
    clock.let_pass(TICK_SECONDS)
    panel.tick()
    assert journal.patterns == ["ready"]


# Its words


def words(journal):
    return journal.shown[-1]["words"]


def test_why_a_press_was_refused_outlasts_the_flash_and_then_goes(panel, journal, tick):
    panel.show(Pattern.READY)
    panel.show(Pattern.REFUSED, "the last photo is still being worked on")
    tick(1.0)
    assert journal.patterns[-1] == "ready"
    assert words(journal) == "the last photo is still being worked on"
    tick(WORDS_SECONDS - 1.1)
    assert words(journal)
    tick(0.2)
    assert words(journal) is None


def test_why_a_press_was_refused_goes_once_a_press_is_taken(panel, journal, tick):
    panel.show(Pattern.REFUSED, "the camera did not answer")
    tick()
    panel.show(Pattern.TAKING)
    tick()
    assert words(journal) is None


def test_the_newest_refusal_is_the_one_that_is_said(panel, journal, tick):
    panel.show(Pattern.REFUSED, "the card is full")
    tick(9)
    panel.show(Pattern.REFUSED, "check the card")
    tick(9)
    assert words(journal) == "check the card"
    panel.show(Pattern.REFUSED)
    tick()
    assert words(journal) is None


def test_a_fault_is_said_as_long_as_it_stands(panel, journal, tick):
    panel.show(Pattern.FAULT, "the card is full")
    tick(60)
    assert words(journal) == "the card is full"
    for busy in (Pattern.TAKING, Pattern.THINKING, Pattern.DONE):
        panel.show(busy)
        tick()
        assert words(journal) == "the card is full"
    panel.show(Pattern.READY)
    tick()
    assert words(journal) is None


def test_why_a_press_was_refused_stands_before_the_fault_below(panel, journal, tick):
    panel.show(Pattern.FAULT, "the camera does not answer")
    panel.show(Pattern.REFUSED, "the card is full")
    tick()
    assert words(journal) == "the card is full"
    tick(WORDS_SECONDS)
    assert words(journal) == "the camera does not answer"


# The finger


@pytest.fixture
def finger(panel, store, clock):
    """A finger on the panel's button, and a loop of both; all gestures with their times."""
    made = Finger(panel.button, store.pin_presses)

    def tick_for(seconds, changed=True):
        gestures = []
        for _ in range(round(seconds / TICK_SECONDS)):
            clock.let_pass(TICK_SECONDS)
            made.tick(clock.seconds(), changed)
            gestures += panel.tick()
        return gestures

    return tick_for


def test_an_asked_press_is_made_and_said_to_be_done(finger, store):
    number = store.pin_presses.ask(0)
    assert not store.pin_presses.is_done(number)
    assert finger(0.5) == [Gesture.SHORT]
    assert store.pin_presses.is_done(number)


def test_asked_presses_are_made_one_after_the_other(finger, store, panel):
    numbers = [store.pin_presses.ask(seconds) for seconds in (0, 2, 0, 0.5)]
    assert finger(4) == [Gesture.SHORT, Gesture.PAIR, Gesture.SHORT, Gesture.SHORT]
    assert all(store.pin_presses.is_done(number) for number in numbers)
    assert not panel.button.is_down


@pytest.mark.parametrize(("seconds", "meant"), [(2, [Gesture.PAIR]), (6, [Gesture.PAIR, Gesture.SHUTDOWN])])
def test_a_hold_asked_for_is_never_a_moment_too_short(pins, store, clock, panel, seconds, meant):
    """The edge is stamped a moment after the finger read its clock, the release ever sooner after."""
    finger = Finger(panel.button, store.pin_presses)
    store.pin_presses.ask(seconds)
    gestures, lag = [], 0.004
    for _ in range(round((seconds + 1) / TICK_SECONDS)):
        clock.let_pass(TICK_SECONDS)
        now = clock.seconds()
        clock.boot_seconds += lag
        finger.tick(now, True)
        clock.boot_seconds -= lag
        lag *= 0.9
        clock.boot_seconds += lag
        gestures += panel.tick()
        clock.boot_seconds -= lag
    assert gestures == meant


def test_the_finger_looks_for_presses_only_when_something_changed(finger, store):
    finger(0.1)
    store.pin_presses.ask(0)
    assert finger(0.5, changed=False) == []
    assert finger(0.5, changed=True) == [Gesture.SHORT]


def test_the_finger_rests_between_two_presses_long_enough_to_tell_them_apart(finger, store):
    for _ in range(20):
        store.pin_presses.ask(0)
    assert finger(20 * (2 * SHORT_PRESS_SECONDS + 4 * TICK_SECONDS)) == [Gesture.SHORT] * 20


def test_a_store_that_fails_once_costs_no_press(panel, store, clock):
    class Forgetful:
        trouble = True

        def waiting(self):
            return store.pin_presses.waiting()

        def done(self, number):
            if self.trouble:
                self.trouble = False
                raise OSError("no")
            store.pin_presses.done(number)

    finger = Finger(panel.button, Forgetful())
    number = store.pin_presses.ask(0)
    gestures = []
    for _ in range(40):
        clock.let_pass(TICK_SECONDS)
        try:
            finger.tick(clock.seconds(), True)
        except OSError:
            continue
        gestures += panel.tick()
    assert gestures == [Gesture.SHORT]
    assert store.pin_presses.is_done(number)
