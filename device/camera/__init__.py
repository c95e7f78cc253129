"""Cameras behind one small protocol: picamera2 on a Pi, USB, a folder of photos for a laptop."""

from typing import Protocol

from models.decode import Image

SETTLE_SECONDS = 0.6
"""How long exposure and white balance take to find their values in a new light."""

JPEG_QUALITY = 93
"""Of a still that is encoded here, 0 to 100."""


class Camera(Protocol):
    """What the kiosk asks of a camera. Every call may raise CameraError."""

    @property
    def driver(self) -> str:
        """The driver's name, as in the configuration."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether the pictures are pretended."""
        ...

    def open(self) -> None:
        """Claim and configure the camera, once; calling it again starts afresh."""
        ...

    def capture(self) -> bytes:
        """One still as a JPEG."""
        ...

    def preview(self) -> Image:
        """What is before the camera now, small: uint8 RGB, about 640 pixels wide."""
        ...

    def close(self) -> None:
        """Give the camera back."""
        ...
