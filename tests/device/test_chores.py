"""What the device process does besides the story of cases: health, erasures, retention, live picture."""

import json
import os

import numpy as np
from running_process import Running

from device.camera.deadline import DeadlineCamera
from device.camera.folder import FolderCamera
from device.case import Origin, State
from device.config import Config
from device.errors import CameraFault
from device.live import LiveReader
from models.decode import decode


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
