"""A USB camera through OpenCV, or a video file in place of one.

A camera is asked for a large still as MJPG, because a USB 2 cable carries no raw
1080p at a useful pace, and gives what it has. Its driver fills its buffers whether or
not anybody reads them: what was exposed before a call is dropped. A video is played in
a loop, one picture a call, and whatever comes from it is simulated.
"""

import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from device.camera import JPEG_QUALITY, SETTLE_SECONDS
from device.errors import CameraFault, CameraMissing
from models.decode import Image, encode_jpeg

_STILL_SIZE = (1920, 1080)
_PREVIEW_WIDTH_PIXELS = 640
_DEVICES = Path("/dev")
_CAMERA_REMEDY = "check its cable, that no other program uses it, and [camera] device in kiosk.toml"
_VIDEO_REMEDY = "name a readable video file as [camera] device in kiosk.toml"


class UsbCamera:
    """cv2.VideoCapture behind the kiosk's protocol."""

    driver = "usb"

    def __init__(
        self,
        device: int | Path,
        make: Callable[[int | str, int], cv2.VideoCapture] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        has_lamp: bool = False,
    ) -> None:
        """``device`` is a number (0 is /dev/video0), a path in /dev, or any other path: a video.

        ``make`` gives another VideoCapture for source and backend (tests do); with a lamp,
        which is lit for each still, a still waits until the camera has adapted.
        """
        self._source = device if isinstance(device, int) else str(device.absolute())
        self.simulated = isinstance(device, Path) and not device.absolute().is_relative_to(_DEVICES)
        self._name = f"the {'video' if self.simulated else 'USB camera'} {device}"
        self._remedy = _VIDEO_REMEDY if self.simulated else _CAMERA_REMEDY
        self._make = make or _video_capture
        self._sleep = sleep
        self._has_lamp = has_lamp and not self.simulated
        self._buffers = 0
        self._capture: cv2.VideoCapture | None = None

    def open(self) -> None:
        """Claim and configure the camera, or begin the video. Raises CameraMissing or CameraFault."""
        capture = self._start()
        if self.simulated:
            return
        self._buffers = _configure(capture)
        self._grab()  # it streams, and so adapts, from its first picture on
        self._sleep(SETTLE_SECONDS)

    def capture(self) -> bytes:
        """One still as a JPEG, exposed after the call began. Raises CameraMissing or CameraFault."""
        if self._has_lamp:
            self._sleep(SETTLE_SECONDS)
        return encode_jpeg(self._picture(exposed_since=True), JPEG_QUALITY)

    def preview(self) -> Image:
        """What is before the camera now: uint8 RGB, at most 640 wide. Raises like ``capture``."""
        image = self._picture(exposed_since=False)
        height, width = image.shape[:2]
        if width <= _PREVIEW_WIDTH_PIXELS:
            return image
        size = (_PREVIEW_WIDTH_PIXELS, max(1, height * _PREVIEW_WIDTH_PIXELS // width))
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)

    def close(self) -> None:
        """Give the camera back."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()

    def _start(self) -> cv2.VideoCapture:
        """The source opened afresh, from its beginning. Raises CameraMissing."""
        self.close()
        capture = self._make(self._source, _backend(self.simulated))
        if not capture.isOpened():
            capture.release()
            raise CameraMissing(f"{self._name} cannot be opened: {self._remedy}")
        self._capture = capture
        return capture

    def _picture(self, exposed_since: bool) -> Image:
        """The first picture read out since the call; with ``exposed_since`` also exposed since.

        The picture after the buffered ones may have been under exposure already.
        """
        stale = 0 if self.simulated else self._buffers + int(exposed_since)
        try:
            for _ in range(stale):
                self._grab()
            found, pixels = self._grab().retrieve()
        except cv2.error as error:
            raise CameraFault(f"{self._name} gave no picture: {self._remedy}") from error
        if not found or not _is_colour(pixels):
            raise CameraFault(f"{self._name} gave a picture that cannot be used: {self._remedy}")
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)

    def _grab(self) -> cv2.VideoCapture:
        """Move on to the next picture; a video's last is followed by its first."""
        capture = self._capture
        if capture is None:
            raise CameraMissing(f"{self._name} is not open")
        if capture.grab():
            return capture
        if self.simulated and (capture := self._start()).grab():
            return capture
        raise CameraFault(f"{self._name} gave no picture: {self._remedy}")


def _configure(capture: cv2.VideoCapture) -> int:
    """Ask for large stills and one buffer; how many buffers there are then."""
    width, height = _STILL_SIZE
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return max(1, int(capture.get(cv2.CAP_PROP_BUFFERSIZE)))


def _is_colour(pixels: object) -> bool:
    """Whether that is a picture of three 8-bit channels with something in it."""
    if not isinstance(pixels, np.ndarray) or pixels.ndim != 3:
        return False
    return pixels.shape[2] == 3 and pixels.size > 0 and pixels.dtype == np.uint8


def _backend(simulated: bool) -> int:
    """FFmpeg for a video, V4L2 for a camera; whatever there is where this OpenCV lacks them."""
    if simulated:
        wanted, present = cv2.CAP_FFMPEG, cv2.videoio_registry.getStreamBackends()
    else:
        wanted, present = cv2.CAP_V4L2, cv2.videoio_registry.getCameraBackends()
    return int(wanted if wanted in present else cv2.CAP_ANY)


def _video_capture(source: int | str, backend: int) -> cv2.VideoCapture:
    return cv2.VideoCapture(source, backend)
