"""No call to a camera lasts for ever, and a camera that hangs takes one thread with it, not many."""

import threading

import pytest

from device.camera.deadline import DeadlineCamera
from device.errors import CameraError, CameraFault, CameraTimeout

DEADLINE_SECONDS = 0.05


def camera_threads():
    return [thread for thread in threading.enumerate() if thread.name == "camera-call"]


@pytest.fixture
def hanging(scripted):
    """A camera that hangs in each call until the test releases it."""
    scripted.free.clear()
    return scripted


@pytest.fixture
def camera(scripted, poll):
    made = DeadlineCamera(scripted, DEADLINE_SECONDS)
    yield made
    scripted.free.set()
    poll(lambda: not camera_threads())


@pytest.mark.parametrize("call", ["capture", "preview"])
def test_a_call_that_hangs_ends_with_its_deadline(camera, hanging, call):
    with pytest.raises(CameraTimeout, match="cable"):
        getattr(camera, call)()
    assert "did not answer" in camera.fault


def test_while_a_call_hangs_no_second_thread_is_started(camera, hanging):
    with pytest.raises(CameraTimeout):
        camera.capture()
    for call in (camera.capture, camera.preview, camera.open) * 5:
        with pytest.raises(CameraTimeout, match="still does not answer"):
            call()
    assert len(camera_threads()) == 1


def test_once_the_hanging_call_comes_back_the_camera_is_opened_afresh_and_works(
    camera, hanging, poll, skin_jpeg
):
    with pytest.raises(CameraTimeout):
        camera.capture()
    assert hanging.opened == 1
    hanging.free.set()
    poll(lambda: not camera_threads())
    assert DeadlineCamera(hanging, 5.0).capture() == skin_jpeg
    camera.open()
    assert hanging.opened == 3
    assert camera.fault is None


def test_an_opening_that_hangs_ends_with_its_deadline_too(camera, scripted, monkeypatch):
    monkeypatch.setattr(scripted, "open", lambda: scripted.free.wait(20))
    scripted.free.clear()
    with pytest.raises(CameraTimeout):
        camera.open()


def test_closing_never_hangs_and_never_raises(camera, scripted, monkeypatch):
    camera.open()
    monkeypatch.setattr(scripted, "close", lambda: scripted.free.wait(20))
    scripted.free.clear()
    camera.close()
    camera.close()


def test_a_camera_is_opened_once_for_many_calls(scripted):
    camera = DeadlineCamera(scripted, 5.0)
    for _ in range(3):
        camera.open()
        camera.capture()
        camera.preview()
    assert scripted.opened == 1


def test_after_a_fault_it_is_opened_afresh(scripted, skin_jpeg):
    camera = DeadlineCamera(scripted, 5.0)
    camera.capture()
    scripted.fault = CameraFault("the sensor gave nothing")
    with pytest.raises(CameraError):
        camera.capture()
    assert camera.fault == "the sensor gave nothing"
    scripted.fault = None
    assert camera.capture() == skin_jpeg
    assert camera.fault is None
    assert scripted.opened == 2


def test_an_unexpected_error_of_a_driver_is_a_fault_after_which_it_is_opened_afresh(scripted):
    camera = DeadlineCamera(scripted, 5.0)
    scripted.fault = KeyError("AfMode")
    with pytest.raises(CameraFault, match="AfMode"):
        camera.capture()
    scripted.fault = None
    assert camera.capture()
    assert scripted.opened == 2


def test_it_speaks_for_the_camera_behind_it(scripted):
    camera = DeadlineCamera(scripted, 5.0)
    assert (camera.driver, camera.simulated) == ("scripted", True)
