"""Every camera with its surroundings, which a test breaks and mends.

A rig has the ``camera``, its ``faults``, ``driver`` and ``simulated`` as they should be,
and says whether everything the camera borrowed was ``given_back``.
"""

import cv2
import numpy as np
from camera_doubles import Picamera2Double, UsbSocket

from device.camera.folder import FolderCamera
from device.camera.picamera import PiCamera
from device.camera.usb import UsbCamera
from device.errors import CameraError, CameraMissing

WAIT_SECONDS = 4.0


class FolderRig:
    """The folder camera over a folder of one photo."""

    driver, simulated = "folder", True
    faults = ("empty folder", "folder gone", "unreadable photo")

    def __init__(self, tmp_path, pictures):
        self.folder = tmp_path / "photos"
        self.photo = pictures.jpeg(pictures.skin(800, 600))
        self.mend()
        self.camera = FolderCamera(self.folder)

    def break_with(self, fault):
        (self.folder / "a.jpg").unlink()
        if fault == "folder gone":
            self.folder.rmdir()
        elif fault == "unreadable photo":
            (self.folder / "a.jpg").mkdir()

    def mend(self):
        self.folder.mkdir(exist_ok=True)
        if (self.folder / "a.jpg").is_dir():
            (self.folder / "a.jpg").rmdir()
        (self.folder / "a.jpg").write_bytes(self.photo)

    def given_back(self):
        return True


def write_video(path, images):
    """Write RGB images of one size as a video."""
    height, width = images[0].shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    assert writer.isOpened()
    for image in images:
        writer.write(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    writer.release()


class VideoRig:
    """The USB camera over a real video of one picture, begun again for each call."""

    driver, simulated = "usb", True
    faults = ("video gone", "no video", "empty file", "half a video", "a folder")

    def __init__(self, tmp_path, pictures):
        self.path = tmp_path / "skin.avi"
        write_video(self.path, [pictures.skin(800, 600)])
        self.video = self.path.read_bytes()
        self.made = []
        self.camera = UsbCamera(self.path, self.make)

    def make(self, source, backend):
        self.made.append(cv2.VideoCapture(source, backend))
        return self.made[-1]

    def break_with(self, fault):
        content = {"no video": b"no video at all", "empty file": b"", "half a video": self.video[:1000]}
        self.path.unlink()
        if fault in content:
            self.path.write_bytes(content[fault])
        elif fault == "a folder":
            self.path.mkdir()

    def mend(self):
        if self.path.is_dir():
            self.path.rmdir()
        self.path.write_bytes(self.video)

    def given_back(self):
        return not any(capture.isOpened() for capture in self.made[:-1])


class UsbRig:
    """A USB camera over a double of cv2.VideoCapture; each opening makes another one."""

    driver, simulated = "usb", False
    faults = ("unplugged", "no answer", "torn", "empty", "grey", "deep", "driver error")

    def __init__(self, tmp_path, pictures, device=0, buffers=1, has_lamp=False):
        self.socket = UsbSocket(pictures.skin(640, 480), buffers)
        self.slept = []
        self.camera = UsbCamera(device, self.socket.make, self.slept.append, has_lamp)

    @property
    def made(self):
        return self.socket.made

    def break_with(self, fault):
        gives = {
            "torn": lambda picture: (False, None),
            "empty": lambda picture: (True, picture[:0]),
            "grey": lambda picture: (True, picture[:, :, 0]),
            "deep": lambda picture: (True, picture.astype(np.uint16)),
            "driver error": self._fail,
        }
        self.socket.plugged = fault != "unplugged"
        self.socket.grabs = fault != "no answer"
        self.socket.gives = gives.get(fault)

    def mend(self):
        self.socket.heal()

    def given_back(self):
        return all(double.released for double in self.made[:-1])

    def _fail(self, picture):
        raise cv2.error("the driver gave something else")


class PiRig:
    """The Pi's camera over a double of picamera2; each opening makes another one."""

    driver, simulated = "picamera2", False
    faults = (
        "timeout",
        "runtime error",
        "save fails",
        "no memory",
        "cannot start",
        "no camera",
        "not installed",
    )

    def __init__(self, tmp_path, pictures, **options):
        self.pictures, self.options = pictures, options
        self.made, self.slept, self.trouble, self.fault = [], [], {}, None
        self.camera = PiCamera(WAIT_SECONDS, self.make, self.slept.append)

    def make(self):
        if isinstance(self.fault, CameraError):
            raise self.fault
        self.made.append(Picamera2Double(self.pictures, **self.options))
        self.made[-1].faults = self.trouble
        return self.made[-1]

    def break_with(self, fault):
        calls = {
            "timeout": {"captured_request": TimeoutError("no frame")},
            "runtime error": {"captured_request": RuntimeError("camera frontend has timed out")},
            "save fails": {"save": RuntimeError("no buffer"), "make_array": RuntimeError("no buffer")},
            "no memory": {
                "captured_request": OSError(12, "Cannot allocate memory"),
                "close": RuntimeError("busy"),
            },
            "cannot start": {"captured_request": RuntimeError("gone"), "start": RuntimeError("busy")},
        }
        self.trouble.update(calls.get(fault, {"captured_request": TimeoutError()}))
        if fault in ("no camera", "not installed"):
            self.fault = CameraMissing(fault)

    def mend(self):
        self.trouble.clear()
        self.fault = None

    def given_back(self):
        return all(double.requests_out == 0 for double in self.made)


RIGS = {"folder": FolderRig, "video": VideoRig, "usb": UsbRig, "picamera2": PiRig}
FAULTS = [(name, fault) for name, kind in RIGS.items() for fault in kind.faults]
