"""Doubles of the libraries behind the cameras: what the kiosk uses of them, with the real ones' rules."""

import threading
from collections import deque
from contextlib import contextmanager

import cv2
import numpy as np

_PATIENCE_SECONDS = 20.0


class Request:
    """A completed request of the picamera2 double."""

    def __init__(self, owner):
        self.owner = owner

    def save(self, name, file_output, format=None):  # noqa: A002 - picamera2 calls it so
        self.owner.trouble("save")
        assert name == "main"
        width, height = self.owner.config["main"]["size"]
        file_output.write(self.owner.pictures.jpeg(cv2.resize(self.owner.scene, (width, height))))

    def make_array(self, name):
        """Planar YUV420 with the rows padded to the camera's alignment, as picamera2 gives it."""
        self.owner.trouble("make_array")
        assert name == "lores"
        width, height = self.owner.config["lores"]["size"]
        padded = np.zeros((height, width + self.owner.padding, 3), np.uint8)
        padded[:, :width] = cv2.resize(self.owner.scene, (width, height))
        return cv2.cvtColor(padded, cv2.COLOR_RGB2YUV_I420)

    def release(self):
        self.owner.requests_out -= 1


class Picamera2Double:
    """What the kiosk uses of picamera2.Picamera2, with the rules of the real one."""

    def __init__(self, pictures, autofocus=True, padding=0):
        self.pictures, self.padding = pictures, padding
        self.scene = pictures.skin(640, 480)
        self.camera_controls = {"AfMode": (0, 2, 0)} if autofocus else {"ExposureTime": (1, 9, 1)}
        self.options = {}
        self.config = None
        self.controls = {}
        self.started = self.configured = self.requests_out = 0
        self.closed = False
        self.faults = {}
        self.asked = []

    def trouble(self, call):
        if call in self.faults:
            raise self.faults[call]

    def create_still_configuration(self, main=None, lores=None, display="lores", buffer_count=1):
        return {"main": main, "lores": lores, "display": display, "buffer_count": buffer_count}

    def configure(self, config):
        self.trouble("configure")
        assert not self.started, "configured while it runs"
        self.config = config
        self.configured += 1

    def start(self):
        self.trouble("start")
        assert self.config
        self.started += 1

    def set_controls(self, controls):
        assert set(controls) <= {"AfMode", "AfRange"}
        assert "AfMode" in self.camera_controls
        self.controls |= controls

    @contextmanager
    def captured_request(self, wait=None, flush=None):
        assert self.started
        assert not self.closed
        self.asked.append({"wait": wait, "flush": flush})
        self.trouble("captured_request")
        self.requests_out += 1
        request = Request(self)
        try:
            yield request
        finally:
            request.release()

    def close(self):
        self.closed = True
        self.trouble("close")


class UsbSocket:
    """The plug of a USB camera: what it sees, how many buffers its driver has, what ails it."""

    def __init__(self, scene, buffers=1):
        self.scene, self.buffers = scene, buffers
        self.plugged = True
        self.grabs = True
        self.gives = None
        """A function from the picture to what the driver gives in its place; it may raise."""
        self.free = threading.Event()
        self.free.set()
        self.made = []

    def make(self, source, backend):
        """A cv2.VideoCapture on the device; V4L2 lets only one program stream."""
        assert all(other.released for other in self.made)
        self.made.append(VideoCaptureDouble(self, source, backend))
        return self.made[-1]

    def heal(self):
        self.plugged = self.grabs = True
        self.gives = None


class VideoCaptureDouble:
    """What the kiosk uses of a cv2.VideoCapture on a V4L2 device.

    The driver fills its buffers whether or not anybody reads them, and then leaves them as
    they are; a picture shows what was there when its exposure began, one picture before.
    """

    def __init__(self, socket, source, backend):
        self.socket, self.source, self.backend = socket, source, backend
        self.opened, self.released = socket.plugged, False
        self.asked = {}
        self.grabbed = 0
        self._filled = deque()
        self._begun = socket.scene
        self._picture = None

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return self.opened and not self.released

    def set(self, what, value):
        assert not self.grabbed, "configured while it streams"
        self.asked[what] = value
        return False  # not every driver does as it is asked

    def get(self, what):
        return float(self.socket.buffers) if what == cv2.CAP_PROP_BUFFERSIZE else 0.0

    def let_pass(self):
        """Time goes by in which nobody reads."""
        while len(self._filled) < self.socket.buffers:
            self._filled.append(self._expose())
        self._begun = self.socket.scene

    def grab(self):
        assert self.isOpened()
        self.socket.free.wait(_PATIENCE_SECONDS)
        if not (self.socket.plugged and self.socket.grabs):
            return False
        self.grabbed += 1
        self._picture = self._filled.popleft() if self._filled else self._expose()
        return True

    def retrieve(self):
        assert self._picture is not None
        size = (int(self.asked[cv2.CAP_PROP_FRAME_WIDTH]), int(self.asked[cv2.CAP_PROP_FRAME_HEIGHT]))
        picture = cv2.cvtColor(cv2.resize(self._picture, size), cv2.COLOR_RGB2BGR)
        return (True, picture) if self.socket.gives is None else self.socket.gives(picture)

    def release(self):
        self.released = True

    def _expose(self):
        picture, self._begun = self._begun, self.socket.scene
        return picture
