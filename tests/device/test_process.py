"""The device process at work: one thread of the test drives pins and store, the process does the rest."""

import sqlite3
import threading
from contextlib import closing

from running_process import Running

from device.camera.deadline import DeadlineCamera
from device.case import Origin, State
from device.config import Config, load_settings
from device.errors import CameraFault, StoreFull
from device.live import LiveReader
from device.process_status import SHUTDOWN_STATUS
from device.store import DATABASE_FILE, open_store
from device.store.current_settings import CurrentSettings
from models.examiner import Examiner
from models.finding import Guidance


def newest(store):
    return store.cases.newest_first(1)[0]


def test_a_press_on_the_pin_ends_classified(start, pins, kept, poll, final, panel_shows):
    start()
    panel_shows("ready")
    pins.push()
    threading.Event().wait(0.08)
    pins.let_go()
    poll(kept.cases.count)
    case = final(newest(kept).id)
    assert (case.state, case.origin) == (State.CLASSIFIED, Origin.BUTTON)
    panel_shows("done")
    panel_shows("ready")


def test_a_press_asked_for_by_another_process_ends_classified(start, kept, poll, final):
    start()
    kept.pin_presses.ask(0)
    poll(kept.cases.count)
    assert final(newest(kept).id).state is State.CLASSIFIED


def test_a_press_counts_down_before_its_photo_is_taken_and_uploads_go_on(
    start, home, kept, poll, final, scripted, skin_jpeg
):
    config = Config.model_validate({"panel": {"countdown_seconds": 1}})
    start(settings=lambda: config)
    pressed = kept.cases.ask(Origin.PHONE)
    live = LiveReader(home / "run")
    poll(lambda: (live.panel() or {}).get("seconds_left") == 1)
    upload = kept.receive_photo(skin_jpeg)
    assert final(upload.id).state is State.CLASSIFIED
    assert kept.cases.get(pressed.id).state is State.ASKED
    assert scripted.captured == 0
    case = final(pressed.id)
    assert case.state is State.CLASSIFIED
    assert scripted.captured == 1


def test_presses_and_uploads_are_all_finished_one_after_the_other(start, kept, final, skin_jpeg):
    uploads = [kept.receive_photo(skin_jpeg) for _ in range(5)]
    pressed = kept.cases.ask(Origin.PHONE)
    start()
    assert all(final(case.id).state is State.CLASSIFIED for case in (*uploads, pressed))
    finals = [c.case_id for c in kept.changes.after(0) if c.state == "classified"]
    assert len(finals) == len(set(finals)) == 6
    assert finals[0] == pressed.id, "a person who pressed stands before it"


def test_what_an_earlier_boot_left_asked_has_failed_and_what_it_left_captured_is_judged(
    start, home, clock, kept, final, skin_jpeg
):
    before = open_store(home, clock=clock)  # another boot id
    asked, uploaded = before.cases.ask(Origin.BUTTON), before.receive_photo(skin_jpeg)
    before.close()
    start()
    assert final(uploaded.id).state is State.CLASSIFIED
    case = final(asked.id)
    assert case.state is State.FAILED
    assert "press again" in case.reason


def test_an_unfinished_press_of_a_moment_ago_is_taken_up_after_a_restart(start, kept, final):
    case = kept.cases.ask(Origin.BUTTON)
    start()
    assert final(case.id).state is State.CLASSIFIED


def test_a_fault_of_our_own_fails_that_case_alone_and_the_process_goes_on(
    start, kept, final, examiner, monkeypatch, panel_shows, caplog
):
    def bug(_):
        raise ZeroDivisionError("a bug")

    start()
    with monkeypatch.context() as m:
        m.setattr(examiner, "examine", bug)
        case = final(kept.cases.ask(Origin.BUTTON).id)
        assert case.state is State.FAILED
        assert "fault of its own" in case.reason
        panel_shows("refused")
    assert "goes on" in caplog.text
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.CLASSIFIED


def test_a_camera_fault_fails_the_case_shows_and_passes(start, kept, final, scripted, panel_shows):
    start()
    scripted.fault = CameraFault("the sensor gave nothing")
    case = final(kept.cases.ask(Origin.BUTTON).id)
    assert (case.state, case.reason) == (State.FAILED, "the sensor gave nothing")
    panel_shows("fault")
    scripted.fault = None
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.CLASSIFIED
    panel_shows("ready")


def test_a_camera_that_hangs_fails_the_case_and_works_again_afterwards(start, kept, final, scripted, poll):
    start(camera=DeadlineCamera(scripted, 0.3))
    poll(lambda: kept.processes.get("device"))
    scripted.free.clear()
    assert "did not answer" in final(kept.cases.ask(Origin.BUTTON).id).reason
    assert "still does not answer" in final(kept.cases.ask(Origin.BUTTON).id).reason
    scripted.free.set()
    poll(lambda: all(thread.name != "camera-call" for thread in threading.enumerate()))
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.CLASSIFIED


def test_a_case_erased_in_the_middle_holds_nothing_up(start, kept, final, scripted, poll):
    cases = [kept.cases.ask(Origin.BUTTON)]
    scripted.before_capture = lambda: cases and kept.erase(cases.pop().id)
    start()
    poll(lambda: kept.cases.count() == 0)
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.CLASSIFIED
    assert kept.cases.count() == 1


def test_on_a_full_card_health_and_live_picture_go_on_and_the_case_ends_once_there_is_room(
    start, home, device_parts, kept, poll, final, monkeypatch, panel_shows, skin_jpeg
):
    case = kept.receive_photo(skin_jpeg)
    monkeypatch.setattr("device.process._PAUSE_AFTER_FAULT_SECONDS", 0.02)
    monkeypatch.setattr("device.chores.BEAT_SECONDS", 0.05)
    full = threading.Event()
    full.set()
    parts = device_parts()
    classified = parts.store.cases.classified

    def record(*judgement):
        if full.is_set():
            raise StoreFull("the card is full")
        classified(*judgement)

    monkeypatch.setattr(parts.store.cases, "classified", record)
    beats = []
    beat = parts.store.processes.beat
    monkeypatch.setattr(parts.store.processes, "beat", lambda *report: (beats.append(1), beat(*report)))
    running = Running(parts)
    try:
        panel_shows("fault")
        poll(lambda: len(beats) >= 3)
        live = LiveReader(home / "run")
        live.watch()
        poll(live.picture)
        full.clear()
        assert final(case.id).state is State.CLASSIFIED
        panel_shows("ready")
    finally:
        running.stop()


def words(home):
    """What the panel says now, to the pages."""
    return (LiveReader(home / "run").panel() or {}).get("words") or ""


def test_a_full_card_is_said_before_anybody_presses_and_until_there_is_room(
    device_parts, home, kept, poll, monkeypatch, panel_shows
):
    full = threading.Event()
    parts = device_parts()
    require_room = parts.store.photos.require_room

    def room(needed_bytes=0):
        if full.is_set():
            raise StoreFull("the card is full: erase or export cases, then try again")
        require_room(needed_bytes)

    monkeypatch.setattr(parts.store.photos, "require_room", room)
    running = Running(parts)
    try:
        panel_shows("ready")
        full.set()
        poll(lambda: "the card is full" in words(home), seconds=3)
        poll(lambda: kept.processes.get("device").report["faults"], seconds=3)
        full.clear()
        poll(lambda: not words(home), seconds=3)
        poll(lambda: kept.processes.get("device").report["ready"], seconds=3)
        panel_shows("ready")
    finally:
        running.stop()


def test_while_another_program_holds_the_database_that_is_said_and_the_lights_go_on(
    start, home, kept, poll, pins, panel_shows
):
    start()
    panel_shows("ready")
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        poll(lambda: "another program holds" in words(home), seconds=5)
        pins.push()  # the answer to this waits for the store
        poll(lambda: LiveReader(home / "run").panel()["button_down"], seconds=1)
        pins.let_go()
        for level in (False, True, False):
            poll(lambda level=level: pins.level(24) is level, seconds=3)
        assert kept.cases.count() == 0
    poll(kept.cases.count)
    assert newest(kept).origin is Origin.BUTTON, "the press outlasted the lock"
    poll(lambda: not words(home), seconds=5)


def test_a_camera_fault_is_said_as_long_as_it_stands(start, home, kept, final, scripted, poll):
    start()
    scripted.fault = CameraFault("the sensor gave nothing")
    final(kept.cases.ask(Origin.BUTTON).id)
    poll(lambda: words(home) == "the sensor gave nothing", seconds=3)
    scripted.fault = None
    final(kept.cases.ask(Origin.BUTTON).id)
    poll(lambda: not words(home), seconds=3)


def test_a_process_that_starts_while_the_database_is_held_works_once_it_is_let_go(
    device_parts, home, kept, final, poll
):
    parts = device_parts()
    case = kept.cases.ask(Origin.BUTTON)
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        running = Running(parts)
        poll(lambda: "another program holds" in words(home))
    try:
        assert final(case.id).state is State.CLASSIFIED
    finally:
        running.stop()


def test_a_process_that_is_stopped_while_the_database_is_held_ends_all_the_same(start, home, panel_shows):
    running = start()
    panel_shows("ready")
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        running.stop()
    assert running.status == 0


def test_a_press_that_found_the_card_full_is_not_taken_of_nobody_half_an_hour_later(
    device_parts, kept, final, monkeypatch
):
    monkeypatch.setattr("device.process._PAUSE_AFTER_FAULT_SECONDS", 0.02)
    monkeypatch.setattr("device.chores.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("device.store.cases._PRESS_HOLDS_SECONDS", 1.0)

    def full(_=0):
        raise StoreFull("the card is full")

    parts = device_parts()
    monkeypatch.setattr(parts.store.photos, "require_room", full)
    case = kept.cases.ask(Origin.PHONE)
    running = Running(parts)
    try:
        assert final(case.id).state is State.FAILED
        assert "press again" in final(case.id).reason
    finally:
        running.stop()


def test_a_stopped_process_says_that_it_is_gone_switches_off_and_gives_its_pins_back(
    start, kept, poll, pins, panel_shows
):
    running = start()
    panel_shows("ready")
    poll(lambda: kept.processes.get("device"))
    running.stop()
    assert running.status == 0
    assert kept.processes.get("device") is None
    assert not any(pins.level(gpio) for gpio in (22, 23, 24))


def test_holding_the_button_for_six_seconds_ends_the_process_with_its_own_status(start, kept, monkeypatch):
    monkeypatch.setattr("device.panel.gestures._HOLDS", ((0.2, "pair"), (0.4, "shutdown")))
    running = start()
    number = kept.pin_presses.ask(9)
    running.thread.join(20)
    assert running.status == SHUTDOWN_STATUS
    assert kept.pin_presses.is_done(number)


def test_the_next_photo_after_a_change_carries_the_new_guidance(
    home, kept, device_parts, classifier, final, poll
):
    current = CurrentSettings(load_settings(home), kept.settings)

    def guidance():
        clinic = current.config().clinic
        return Guidance(clinic.red_flags or ("fever",), clinic.emergency_contact)

    running = Running(device_parts(examiner=Examiner(classifier, guidance), settings=current.config))
    try:
        before = final(kept.cases.ask(Origin.PHONE).id).prediction["finding"]
        kept.settings.put({"clinic.red_flags": ["It bleeds."], "clinic.emergency_contact": "Call Anna."}, "A")
        after = final(kept.cases.ask(Origin.PHONE).id).prediction["finding"]
        kept.settings.clear("clinic.red_flags")
        again = final(kept.cases.ask(Origin.PHONE).id).prediction["finding"]
    finally:
        running.stop()
    assert (before["red_flags"], before["emergency_contact"]) == (
        ["fever"],
        "Call your local emergency number.",
    )
    assert (after["red_flags"], after["emergency_contact"]) == (["It bleeds."], "Call Anna.")
    assert (again["red_flags"], again["emergency_contact"]) == (["fever"], "Call Anna.")
