"""The USB camera: what is asked of OpenCV, what is too old for a still, what happens when it is unplugged."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from camera_rigs import UsbRig

from device.camera.deadline import DeadlineCamera
from device.camera.usb import SETTLE_SECONDS, UsbCamera
from device.errors import CameraFault, CameraMissing, CameraTimeout
from models.decode import encode_jpeg


def grey(level):
    return np.full((480, 640, 3), level, np.uint8)


def brightness(photo, pictures):
    return round(float(pictures.pixels(photo).mean()), -1)


def test_it_asks_for_a_large_still_as_mjpg_and_for_one_buffer(usb):
    usb.camera.open()
    assert usb.made[0].asked == {
        cv2.CAP_PROP_FOURCC: cv2.VideoWriter.fourcc(*"MJPG"),
        cv2.CAP_PROP_FRAME_WIDTH: 1920,
        cv2.CAP_PROP_FRAME_HEIGHT: 1080,
        cv2.CAP_PROP_BUFFERSIZE: 1,
    }


@pytest.mark.parametrize("device", [0, 3, Path("/dev/video2"), Path("/dev/v4l/by-id/usb-x-video-index0")])
def test_a_number_and_a_path_in_dev_are_cameras_plugged_in_or_not(tmp_path, pictures, device):
    rig = UsbRig(tmp_path, pictures, device)
    assert rig.camera.simulated is False
    rig.camera.open()
    assert rig.made[0].source == (device if isinstance(device, int) else str(device))
    assert rig.made[0].backend == cv2.CAP_V4L2


def test_an_opencv_without_v4l2_uses_what_it_has(usb, monkeypatch):
    monkeypatch.setattr(cv2.videoio_registry, "getCameraBackends", lambda: [cv2.CAP_AVFOUNDATION])
    usb.camera.open()
    assert usb.made[0].backend == cv2.CAP_ANY


def test_a_still_has_no_metadata_and_hardly_any_loss(usb, pictures):
    usb.socket.scene = pictures.skin(1920, 1080)
    usb.camera.open()
    still = usb.camera.capture()
    assert b"Exif" not in still
    assert still == encode_jpeg(usb.socket.scene, 93)


@pytest.mark.parametrize("buffers", [1, 2, 4])
def test_a_still_was_exposed_after_the_press_however_many_buffers_are_full(tmp_path, pictures, buffers):
    rig = UsbRig(tmp_path, pictures, buffers=buffers)
    rig.camera.open()
    for level in (50, 100, 150):
        rig.made[0].let_pass()
        rig.socket.scene = grey(level)
        assert brightness(rig.camera.capture(), pictures) == level


@pytest.mark.parametrize("buffers", [1, 2, 4])
def test_the_live_picture_is_not_one_that_waited_in_a_buffer(tmp_path, pictures, buffers):
    rig = UsbRig(tmp_path, pictures, buffers=buffers)
    rig.camera.open()
    for level in (50, 100, 150):
        rig.made[0].let_pass()
        rig.socket.scene = grey(level)
        rig.made[0].let_pass()
        assert rig.camera.preview().mean() == level


def test_the_live_picture_keeps_the_shape_of_the_still(usb):
    usb.camera.open()
    assert usb.camera.preview().shape == (360, 640, 3)


def test_the_camera_streams_while_exposure_and_white_balance_settle(tmp_path, pictures):
    grabbed = []
    rig = UsbRig(tmp_path, pictures)
    camera = UsbCamera(0, rig.socket.make, lambda seconds: grabbed.append((seconds, rig.made[0].grabbed)))
    camera.open()
    assert grabbed == [(SETTLE_SECONDS, 1)]
    camera.capture()
    assert len(grabbed) == 1


def test_with_a_lamp_a_still_waits_until_the_camera_has_adapted(tmp_path, pictures):
    rig = UsbRig(tmp_path, pictures, has_lamp=True)
    rig.camera.open()
    rig.camera.capture()
    rig.camera.preview()
    assert rig.slept == [SETTLE_SECONDS, SETTLE_SECONDS]


def test_a_black_picture_is_no_fault_of_the_camera(usb, pictures):
    usb.socket.scene = grey(0)
    usb.camera.open()
    assert brightness(usb.camera.capture(), pictures) == 0
    assert usb.camera.preview().max() == 0


def test_it_is_opened_once_for_stills_and_live_picture_alike(usb):
    camera = DeadlineCamera(usb.camera, 5.0)
    for _ in range(5):
        camera.capture()
        camera.preview()
    camera.close()
    (double,) = usb.made
    assert double.released


def test_one_that_was_unplugged_is_said_to_be_missing_and_works_once_it_is_back(usb):
    camera = DeadlineCamera(usb.camera, 5.0)
    camera.capture()
    usb.break_with("unplugged")
    with pytest.raises(CameraFault, match="check its cable"):
        camera.capture()
    for _ in range(2):
        with pytest.raises(CameraMissing, match=r"check its cable.*\[camera\] device"):
            camera.open()
    usb.mend()
    assert camera.capture()
    assert camera.fault is None
    assert usb.given_back()


def test_one_that_hangs_misses_its_deadline_and_works_once_it_answers_again(usb, poll):
    usb.socket.free.clear()
    with pytest.raises(CameraTimeout, match="cable"):
        DeadlineCamera(usb.camera, 0.05).open()
    usb.socket.free.set()
    poll(lambda: usb.slept)  # the call that was left behind has come to its end
    assert DeadlineCamera(usb.camera, 5.0).capture()
    assert len(usb.made) == 2
    assert usb.given_back()


def test_one_that_is_not_open_says_so(usb):
    with pytest.raises(CameraMissing, match="not open"):
        usb.camera.capture()


def test_what_is_no_camera_is_refused_by_the_real_opencv_too():
    camera = UsbCamera(Path("/dev/null"))
    assert camera.simulated is False
    with pytest.raises(CameraMissing, match="USB camera /dev/null cannot be opened"):
        camera.open()
