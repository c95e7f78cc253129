"""The doctor names each thing that is not well, and says what to do about it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from device.camera.deadline import DeadlineCamera
from device.errors import CameraTimeout, StoreFull, StoreReadOnly
from device.health.doctor import Doctor
from device.health.report import device_report
from device.health.wall_clock import WallClock
from device.store import DATABASE_FILE
from models.errors import ModelMismatch

NAMES = ["device process", "model self-test", "camera frame", "writable home", "free disk", "photos", "clock"]


@pytest.fixture
def camera(scripted):
    return DeadlineCamera(scripted, 5.0)


@pytest.fixture
def runs(store, camera, clock, classifier):
    """A device process that says that it runs."""
    import os

    wall_clock = WallClock(clock, store)

    def beat():
        store.processes.beat("device", os.getpid(), device_report(camera, classifier, store, wall_clock))

    beat()
    return beat


@pytest.fixture
def examine(store, clock, classifier, camera):
    def all_checks(**others):
        parts = {"store": store, "clock": clock, "load_model": lambda: classifier, "camera": camera} | others
        checks = {check.name: check for check in Doctor(**parts).examine()}
        assert list(checks) == NAMES
        assert all(check.words for check in checks.values())
        return checks

    return all_checks


def only_fault(checks):
    (fault,) = (check for check in checks.values() if not check.ok)
    return fault


def test_a_kiosk_in_good_health_passes_every_check(runs, examine):
    assert all(check.ok for check in examine().values())


def test_a_running_device_process_is_asked_and_its_camera_left_alone(runs, examine, scripted):
    before = scripted.opened
    assert examine()["camera frame"].ok
    assert scripted.opened == before


def test_where_none_runs_the_doctor_says_how_to_start_it_and_opens_the_camera_itself(examine, scripted):
    checks = examine()
    assert only_fault(checks).name == "device process"
    assert "kiosk run" in checks["device process"].words
    assert "320 x 240" in checks["camera frame"].words
    assert scripted.opened == 1


def test_a_device_process_that_fell_silent_does_not_run(runs, examine, clock):
    clock.let_pass(60)
    assert not examine()["device process"].ok


def test_a_model_that_cannot_be_trusted_is_to_be_installed_again(runs, examine):
    def load():
        raise ModelMismatch("the model file is not the one its manifest describes: install the model again")

    fault = only_fault(examine(load_model=load))
    assert fault.name == "model self-test"
    assert "install the model again" in fault.words


def test_a_model_in_good_health_is_named_with_its_engine_and_what_it_costs(runs, examine, classifier):
    words = examine()["model self-test"].words
    assert classifier.model.name in words
    assert "ms" in words


def test_a_camera_fault_of_the_running_process_is_passed_on(runs, examine, camera, scripted):
    scripted.fault = CameraTimeout("the camera did not answer: check its cable")
    with pytest.raises(CameraTimeout):
        camera.capture()
    runs()
    fault = only_fault(examine())
    assert fault.name == "camera frame"
    assert "check its cable" in fault.words


def test_a_camera_that_gives_no_frame_is_named_where_no_process_runs(examine, scripted):
    scripted.fault = CameraTimeout("the camera did not answer: check its cable")
    assert "check its cable" in examine()["camera frame"].words


def test_a_home_that_cannot_be_written_is_named(runs, examine, store, monkeypatch):
    def transaction(*_, **__):
        raise StoreReadOnly("the kiosk's home cannot be written: check the card")

    monkeypatch.setattr(store.database, "transaction", transaction)
    fault = only_fault(examine())
    assert fault.name == "writable home"
    assert "check the card" in fault.words


def test_a_full_card_is_named_with_what_is_left(runs, examine, store, monkeypatch):
    def full(_=0):
        raise StoreFull("the card is full: erase or export cases, then try again")

    monkeypatch.setattr(store.photos, "require_room", full)
    fault = only_fault(examine())
    assert fault.name == "free disk"
    assert "GB free" in fault.words
    assert "erase or export" in fault.words


def test_a_clock_that_nobody_set_is_named_with_what_it_says(runs, examine, clock):
    clock.set_wall(datetime(1970, 1, 2, tzinfo=UTC), trusted=False)
    fault = only_fault(examine())
    assert fault.name == "clock"
    assert "1970-01-02" in fault.words
    assert "NTP" in fault.words


def test_a_clock_that_was_set_while_the_kiosk_ran_is_named(runs, examine, clock):
    clock.set_wall(clock.wall_at + timedelta(days=365), trusted=True)
    assert examine()["clock"].ok, "the doctor came after it and the process has not said so yet"
    runs()
    fault = only_fault(examine())
    assert fault.name == "clock"
    assert "set ahead by 365 days" in fault.words


def test_a_case_dated_in_the_future_is_named(runs, examine, clock, store, skin_jpeg):
    store.receive_photo(skin_jpeg)
    runs()
    clock.reboot()
    clock.set_wall(clock.wall_at - timedelta(days=365), trusted=True)
    assert "a case is dated later" in examine()["clock"].words


def test_a_database_that_another_program_holds_is_named_and_the_rest_looked_at(
    runs, examine, store, clock, scripted, home
):
    clock.let_pass(60)  # so long that the process counts as silent
    before = scripted.opened
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        checks = examine()
    assert "another program holds the database" in checks["writable home"].words
    assert "cannot write how it is" in checks["device process"].words
    assert not checks["camera frame"].ok
    assert scripted.opened == before
    assert checks["model self-test"].ok
    assert checks["photos"].ok


@pytest.mark.parametrize("damage", ["gone", "cut short", "changed"])
def test_a_photo_that_is_not_what_was_written_is_named_by_its_case(runs, examine, store, skin_jpeg, damage):
    cases = [store.receive_photo(skin_jpeg) for _ in range(3)]
    path = store.photos.folder / cases[1].photos[0].file
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:100] if damage == "cut short" else b"x" * 5000)
    fault = only_fault(examine())
    assert fault.name == "photos"
    assert fault.words.startswith("3 looked at, 1 gone or damaged")
    assert fault.words.endswith(cases[1].id)


def test_many_damaged_photos_are_counted_and_the_newest_named(runs, examine, store, skin_jpeg):
    cases = [store.receive_photo(skin_jpeg) for _ in range(25)]
    for case in cases:
        (store.photos.folder / case.photos[0].file).unlink()
    words = examine()["photos"].words
    assert "25 gone or damaged" in words
    assert cases[24].id in words
    assert cases[4].id not in words
    assert words.endswith("and 5 more")
