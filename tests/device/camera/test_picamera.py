"""The Pi's camera: how picamera2 is used, and what it is not asked to do."""

import sys
import types

import numpy as np
import pytest
from camera_rigs import WAIT_SECONDS, PiRig

from device.camera.deadline import DeadlineCamera
from device.camera.picamera import SETTLE_SECONDS, PiCamera
from device.errors import CameraFault, CameraMissing, CameraTimeout


def test_it_is_made_and_configured_once_for_stills_and_live_picture_alike(pi):
    camera = DeadlineCamera(pi.camera, 5.0)
    for _ in range(10):
        camera.capture()
        camera.preview()
    (double,) = pi.made
    assert (double.configured, double.started) == (1, 1)
    assert double.config["main"]["size"][0] > double.config["lores"]["size"][0]
    assert double.options["quality"] >= 90
    camera.close()
    assert double.closed


def test_after_opening_exposure_and_white_balance_get_time_to_settle(pi):
    pi.camera.open()
    assert len(pi.slept) == 1
    assert pi.slept[0] >= 0.3
    pi.camera.capture()
    assert len(pi.slept) == 1


def test_a_lens_that_can_move_is_kept_at_close_range(pi):
    pi.camera.open()
    assert pi.made[0].controls == {"AfMode": 2, "AfRange": 1}


def test_a_lens_that_cannot_move_is_not_asked_to(tmp_path, pictures):
    rig = PiRig(tmp_path, pictures, autofocus=False)
    rig.camera.open()
    assert rig.made[0].controls == {}


def test_a_still_is_exposed_after_the_press_and_each_request_has_a_deadline_of_its_own(pi):
    pi.camera.open()
    pi.camera.capture()
    pi.camera.preview()
    assert pi.made[0].asked == [{"wait": WAIT_SECONDS, "flush": True}, {"wait": WAIT_SECONDS, "flush": None}]


def test_padding_at_the_end_of_each_row_is_cut_off(tmp_path, pictures):
    previews = []
    for padding in (0, 64):
        rig = PiRig(tmp_path, pictures, padding=padding)
        rig.camera.open()
        previews.append(rig.camera.preview())
    assert previews[0].shape == previews[1].shape
    inside = (slice(None), slice(0, -2))
    assert np.abs(previews[0][inside].astype(int) - previews[1][inside].astype(int)).max() <= 4


def test_opening_again_gives_the_first_one_back(pi):
    pi.camera.open()
    pi.camera.open()
    assert [double.closed for double in pi.made] == [True, False]


def test_a_camera_that_cannot_be_configured_is_given_back_at_the_next_try(pi):
    pi.trouble["configure"] = RuntimeError("busy")
    with pytest.raises(CameraFault, match="configured"):
        pi.camera.open()
    pi.mend()
    pi.camera.open()
    assert [double.closed for double in pi.made] == [True, False]


def test_a_camera_that_is_not_open_says_so(pi):
    with pytest.raises(CameraMissing, match="not open"):
        pi.camera.capture()


def test_without_picamera2_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraMissing, match="apt install python3-picamera2"):
        PiCamera(WAIT_SECONDS).open()


@pytest.mark.parametrize(
    "error", [IndexError("list index out of range"), RuntimeError("busy"), OSError("no")]
)
def test_without_a_camera_it_says_to_check_the_cable(monkeypatch, error):
    def none_here():
        raise error

    monkeypatch.setitem(sys.modules, "picamera2", types.SimpleNamespace(Picamera2=none_here))
    with pytest.raises(CameraMissing, match="cable"):
        PiCamera(WAIT_SECONDS).open()


def test_a_timeout_is_told_from_other_faults(pi):
    pi.camera.open()
    pi.break_with("timeout")
    with pytest.raises(CameraTimeout):
        pi.camera.capture()


def test_with_a_lamp_a_still_waits_until_the_camera_has_adapted(pi):
    lit = PiCamera(WAIT_SECONDS, pi.make, pi.slept.append, has_lamp=True)
    lit.open()
    opened = len(pi.slept)
    lit.capture()
    assert pi.slept[opened:] == [SETTLE_SECONDS]


def test_without_a_lamp_a_still_is_taken_at_once(pi):
    pi.camera.open()
    opened = len(pi.slept)
    pi.camera.capture()
    assert pi.slept[opened:] == []
