"""The configuration chooses the camera, and nothing else does."""

from pathlib import Path

import pytest

from device.cli import build
from device.config import CameraConfig, load_settings
from device.errors import ConfigInvalid


@pytest.fixture
def settings(tmp_path):
    """Settings from the text of a kiosk.toml."""

    def settings(text):
        (tmp_path / "kiosk.toml").write_text(text, encoding="utf-8")
        return load_settings(tmp_path / "home", tmp_path / "kiosk.toml")

    return settings


@pytest.mark.parametrize(
    ("text", "driver", "simulated"),
    [
        ("", "picamera2", False),
        ("simulate = true", "folder", True),
        ('[camera]\ndriver = "folder"', "folder", True),
        ('simulate = true\n[camera]\ndriver = "picamera2"', "picamera2", False),
        ('[camera]\ndriver = "usb"', "usb", False),
        ('[camera]\ndriver = "usb"\ndevice = 2', "usb", False),
        ('[camera]\ndriver = "usb"\ndevice = "/dev/v4l/by-id/usb-x-video-index0"', "usb", False),
        ('[camera]\ndriver = "usb"\ndevice = "/srv/skin.mp4"', "usb", True),
        ('simulate = true\n[camera]\ndriver = "usb"', "usb", False),
    ],
)
def test_the_file_names_the_camera_and_whether_it_is_pretended(settings, text, driver, simulated):
    camera = build.camera(settings(text))
    assert (camera.driver, camera.simulated) == (driver, simulated)


def test_without_a_word_the_usb_camera_is_the_first_one(settings):
    assert settings('[camera]\ndriver = "usb"').config.camera.device == 0


def test_a_number_stays_a_number_and_text_is_a_path(settings):
    assert settings("[camera]\ndevice = 3").config.camera.device == 3
    assert settings('[camera]\ndevice = "/dev/video3"').config.camera.device == Path("/dev/video3")
    assert CameraConfig(device=Path("/dev/video3")).device == Path("/dev/video3")


@pytest.mark.parametrize("wrong", ["-1", "true", '""', '" "', "1.5", "[0]"])
def test_a_device_that_names_nothing_is_refused(settings, wrong):
    with pytest.raises(ConfigInvalid, match=r"camera\.device: .*name a camera by its number"):
        settings(f"[camera]\ndevice = {wrong}")
