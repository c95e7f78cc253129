"""The device process at work: one thread of the test drives pins and store, the process does the rest."""

import json
import os
import sqlite3
import threading
from contextlib import closing

import numpy as np
import pytest

from device.camera.deadline import DeadlineCamera
from device.camera.folder import FolderCamera
from device.case import Origin, State
from device.config import Config, load_settings
from device.errors import CameraFault, StoreFull
from device.live import LiveReader
from device.process import DeviceProcess
from device.process_status import SHUTDOWN_STATUS
from device.store import DATABASE_FILE, open_store
from device.store.current_settings import CurrentSettings
from models.decode import decode
from models.examiner import Examiner
from models.finding import Guidance


class Running:
    """A device process in a thread."""

    def __init__(self, parts):
        self.parts = parts
        self.process = DeviceProcess(parts)
        self.status = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        self.status = self.process.run()

    def stop(self):
        self.process.stop()
        self.thread.join(15)
        assert not self.thread.is_alive()


@pytest.fixture
def kept(home):
    """The store as another process sees it."""
    store = open_store(home)
    yield store
    store.close()


@pytest.fixture
def start(device_parts):
    running = []

    def begin(**parts):
        running.append(Running(device_parts(**parts)))
        return running[-1]

    yield begin
    for process in running:
        process.stop()


@pytest.fixture
def final(kept, poll):
    """Waits until a case is final and gives it."""

    def wait(case_id):
        poll(lambda: kept.cases.get(case_id).state.is_final)
        return kept.cases.get(case_id)

    return wait


@pytest.fixture
def panel_shows(home, poll):
    """Waits until the panel shows a pattern."""
    live = LiveReader(home / "run")
    return lambda pattern: poll(lambda: (live.panel() or {}).get("pattern") == pattern)


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


def test_the_health_report_says_how_the_process_is(start, kept, poll, classifier):
    start()
    health = poll(lambda: kept.processes.get("device"))
    assert health.alive
    assert health.report["simulated"] is True
    assert health.report["camera"] == {"driver": "scripted", "ok": True, "words": "ready"}
    assert health.report["model"]["sha256"] == classifier.model.sha256
    assert health.report["model"]["conditions"] == list(classifier.manifest.conditions)
    assert health.report["disk"]["ok"] is True
    assert health.report["clock"]["trusted"] in (True, False)
    json.dumps(health.report)


def test_the_health_report_names_the_fault_of_the_camera(start, kept, poll, scripted, monkeypatch):
    def missing():
        raise CameraFault("it cannot be configured")

    monkeypatch.setattr(scripted, "open", missing)
    start()
    health = poll(lambda: kept.processes.get("device"))
    assert health.report["camera"]["ok"] is False
    assert "configured" in health.report["camera"]["words"]


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


def test_an_interrupted_erasure_is_finished_at_the_start(start, kept, final, poll, skin_jpeg):
    case = kept.receive_photo(skin_jpeg)
    kept.cases.erase(case.id)  # the row alone, as when the power goes at that moment
    assert (kept.photos.folder / case.photos[0].file).exists()
    start()
    poll(lambda: not (kept.photos.folder / case.photos[0].file).exists())


# The live picture


def test_nobody_watches_so_there_is_no_live_picture(start, home, kept, final):
    start()
    final(kept.cases.ask(Origin.BUTTON).id)
    assert LiveReader(home / "run").picture() is None


def test_who_watches_sees_five_pictures_a_second_or_more(start, home, poll, examiner, monkeypatch):
    live, seen = LiveReader(home / "run"), []
    parts = start().parts
    show = parts.live.show_picture
    monkeypatch.setattr(
        parts.live, "show_picture", lambda *picture: (seen.append(parts.clock.seconds()), show(*picture))
    )
    live.watch()
    poll(lambda: len(seen) >= 9)
    gaps = np.diff(seen)
    assert np.median(gaps) <= 0.2
    assert np.median(gaps) >= 0.1, "no more than configured either"
    written_at, jpeg = live.picture()
    assert written_at > 0
    assert decode(jpeg, 200).shape[2] == 3
    assert live.prediction()["finding"]["text"]


def test_the_running_prediction_follows_what_is_before_the_camera(start, home, tmp_path, pictures, poll):
    scene = tmp_path / "scene"
    scene.mkdir()
    (scene / "1.jpg").write_bytes(pictures.jpeg(pictures.skin()))
    live = LiveReader(home / "run")
    start(camera=DeadlineCamera(FolderCamera(scene), 5.0))

    def quality_ok():
        live.watch()
        return (live.prediction() or {"quality": {}})["quality"].get("ok")

    poll(lambda: quality_ok() is True)
    (scene / "0.jpg").write_bytes(pictures.jpeg(np.zeros((240, 320, 3), np.uint8)))
    poll(lambda: quality_ok() is False, seconds=5)
    (scene / "0.jpg").unlink()
    poll(lambda: quality_ok() is True, seconds=5)


def test_a_live_picture_that_cannot_be_written_costs_no_press(
    start, home, kept, final, poll, monkeypatch, caplog
):
    parts, tries = start().parts, []

    def full(*_):
        tries.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(parts.live, "show_picture", full)
    LiveReader(home / "run").watch()
    poll(lambda: len(tries) >= 2)
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.CLASSIFIED
    assert "fault" not in caplog.text


def test_a_camera_fault_costs_the_live_picture_and_nothing_else(start, home, kept, final, scripted, poll):
    scripted.fault = CameraFault("the sensor gave nothing")
    start()
    LiveReader(home / "run").watch()
    assert final(kept.cases.ask(Origin.BUTTON).id).state is State.FAILED
    assert LiveReader(home / "run").picture() is None
    scripted.fault = None
    LiveReader(home / "run").watch()
    poll(LiveReader(home / "run").picture)


def test_nothing_of_the_live_picture_stays_once_nobody_watches(start, home, poll):
    start()
    live = LiveReader(home / "run")
    live.watch()
    poll(live.picture)
    os.utime(home / "run" / "watch", (0, 0))
    poll(lambda: not live.picture() and not list((home / "run").glob("live.*")))


# What is set on the pages


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


def test_retention_looks_once_an_hour_and_first_an_hour_after_the_start(
    device_parts, clock, monkeypatch, poll, final, kept
):
    kept_days = [30]
    parts = device_parts(
        clock=clock, settings=lambda: Config.model_validate({"storage": {"retention_days": kept_days[0]}})
    )
    looks, rounds = [], []
    monkeypatch.setattr(parts.store.retention, "look", lambda days: looks.append(days) or ())
    monkeypatch.setattr(parts.live, "is_watched", lambda: bool(rounds.append(1)))

    def let_pass(seconds):
        """Time goes by, and the loop has been round twice since."""
        for pause in (seconds, 1, 1):
            seen = len(rounds)
            clock.let_pass(pause)
            poll(lambda seen=seen: len(rounds) > seen)

    running = Running(parts)
    try:
        poll(lambda: rounds)
        let_pass(3500)
        assert looks == []
        let_pass(200)
        assert looks == [30]
        let_pass(3000)
        assert looks == [30]
        kept_days[0] = None
        let_pass(700)
        assert looks == [30, None], "as it holds at that hour"
    finally:
        running.stop()
