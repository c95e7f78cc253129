"""A video in place of a USB camera: real files through the real OpenCV, and never taken for a camera."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from camera_rigs import write_video

from device.camera.usb import UsbCamera
from device.errors import CameraFault, CameraMissing

LEVELS = (40, 120, 200)


@pytest.fixture
def path(tmp_path):
    """A video of three even pictures, each brighter than the last."""
    write_video(tmp_path / "video.avi", [np.full((240, 320, 3), level, np.uint8) for level in LEVELS])
    return tmp_path / "video.avi"


@pytest.fixture
def camera(path):
    opened = UsbCamera(path)
    opened.open()
    yield opened
    opened.close()


def level(image):
    return min(LEVELS, key=lambda known: abs(known - float(image.mean())))


def test_each_call_shows_the_next_picture_and_the_end_is_followed_by_the_beginning(camera):
    assert [level(camera.preview()) for _ in range(7)] == [*LEVELS, *LEVELS, LEVELS[0]]


def test_stills_and_live_pictures_are_of_the_one_video(camera, pictures):
    shown = [level(camera.preview()), level(pictures.pixels(camera.capture())), level(camera.preview())]
    assert shown == [*LEVELS]


def test_opened_again_it_begins_again(camera):
    camera.preview()
    camera.open()
    assert level(camera.preview()) == LEVELS[0]


def test_a_small_video_is_not_blown_up(camera):
    assert camera.preview().shape == (240, 320, 3)


def test_a_large_video_is_shown_small_and_taken_large(tmp_path, pictures):
    write_video(tmp_path / "large.avi", [pictures.skin(1280, 960)])
    camera = UsbCamera(tmp_path / "large.avi")
    camera.open()
    assert camera.preview().shape == (480, 640, 3)
    assert pictures.pixels(camera.capture()).shape == (960, 1280, 3)


def test_a_video_needs_no_time_to_settle_and_sees_no_lamp(path):
    slept = []
    camera = UsbCamera(path, sleep=slept.append, has_lamp=True)
    camera.open()
    camera.capture()
    assert slept == []


def test_a_video_counts_as_simulated_even_where_there_is_none(tmp_path):
    camera = UsbCamera(tmp_path / "none.mp4")
    assert camera.simulated is True
    with pytest.raises(CameraMissing, match=r"none\.mp4 cannot be opened: name a readable video"):
        camera.open()


def test_a_video_that_is_taken_away_while_it_plays_is_missed_at_its_end(camera, path):
    path.unlink()
    for _ in LEVELS:
        camera.preview()
    with pytest.raises(CameraMissing, match=r"video\.avi"):
        camera.preview()


def test_an_address_is_no_video_and_nothing_is_asked_of_the_network(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = []

    def make(source, backend):
        asked.append(source)
        return cv2.VideoCapture(source, backend)

    for address in ("http://127.0.0.1:9/live.mp4", "rtsp://127.0.0.1:9/live"):
        with pytest.raises(CameraMissing):
            UsbCamera(Path(address), make).open()
    assert asked == [str(tmp_path / "http:/127.0.0.1:9/live.mp4"), str(tmp_path / "rtsp:/127.0.0.1:9/live")]


def test_a_video_without_pictures_is_a_fault_and_not_an_endless_loop(path):
    class Blank:
        """A video that opens and has nothing in it."""

        def __init__(self, source, backend):
            pass

        def isOpened(self):  # noqa: N802 - OpenCV's name
            return True

        def grab(self):
            return False

        def release(self):
            pass

    camera = UsbCamera(path, Blank)
    camera.open()
    with pytest.raises(CameraFault, match=r"no picture.*\[camera\] device"):
        camera.preview()
