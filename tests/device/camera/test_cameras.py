"""Every camera keeps the same promises, well or broken; one suite runs over all of them."""

import numpy as np
import pytest

from device.camera.deadline import DeadlineCamera
from device.errors import CameraError
from models.decode import decode

# Every camera, well


def test_it_names_its_driver_and_says_whether_it_is_pretended(rig):
    assert (rig.camera.driver, rig.camera.simulated) == (rig.driver, rig.simulated)


def test_a_still_is_a_jpeg_that_decodes(rig, pictures):
    rig.camera.open()
    still = rig.camera.capture()
    assert still[:2] == b"\xff\xd8"
    assert pictures.pixels(still).shape[0] >= 480
    rig.camera.close()


def test_a_preview_is_a_small_colour_picture_of_the_scene(rig, pictures):
    rig.camera.open()
    preview = rig.camera.preview()
    assert preview.dtype == np.uint8
    height, width = preview.shape[:2]
    assert preview.shape[2] == 3
    assert 320 <= width <= 1280
    assert 240 <= height <= 960
    still = decode(rig.camera.capture(), 360)
    for image in (preview, still):  # skin at the edge, the brown spot in the middle, RGB not BGR
        edge, spot = image[20, 20].astype(int), image[image.shape[0] // 2, image.shape[1] // 2].astype(int)
        assert edge[0] > edge[2] + 30
        assert edge[0] > spot[0] + 60


def test_many_stills_and_previews_leave_nothing_behind(rig):
    rig.camera.open()
    for _ in range(20):
        rig.camera.preview()
    for _ in range(5):
        rig.camera.capture()
    assert rig.given_back()


def test_it_can_be_closed_twice_and_opened_again(rig):
    rig.camera.open()
    rig.camera.close()
    rig.camera.close()
    rig.camera.open()
    assert rig.camera.capture()


# Every camera, broken


@pytest.mark.parametrize("call", ["capture", "preview"])
def test_a_fault_is_said_in_words_and_the_camera_works_again_once_it_is_mended(breaking, call):
    rig, fault = breaking
    camera = DeadlineCamera(rig.camera, 5.0)
    assert getattr(camera, call)() is not None
    rig.break_with(fault)
    for _ in range(3):
        with pytest.raises(CameraError) as raised:
            getattr(camera, call)()
        assert camera.fault == str(raised.value)
        assert len(camera.fault.split()) >= 2
    rig.mend()
    for _ in range(2):  # the first may still give back what was broken
        try:
            assert getattr(camera, call)() is not None
            break
        except CameraError:
            continue
    assert camera.fault is None
    assert getattr(camera, call)() is not None
    assert rig.given_back()


def test_a_camera_that_is_broken_from_the_start_is_no_reason_to_end(breaking):
    rig, fault = breaking
    camera = DeadlineCamera(rig.camera, 5.0)
    rig.break_with(fault)
    with pytest.raises(CameraError):
        camera.capture()
    camera.close()
