"""A deadline around every call to a camera.

A loose cable makes a driver block for ever, and a blocked thread cannot be ended.
So each call runs in a thread of its own; one that misses the deadline is left
behind, and until it comes back the camera counts as stuck.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from device.camera import Camera
from device.errors import CameraError, CameraFault, CameraTimeout
from models.decode import Image

T = TypeVar("T")


class DeadlineCamera:
    """Any camera, with every call bounded; after a fault it is opened afresh."""

    def __init__(self, camera: Camera, seconds: float) -> None:
        self._camera = camera
        self._seconds = seconds
        self._stuck: threading.Thread | None = None
        self._is_open = False
        self.fault: str | None = None
        """Why the last call gave nothing; None while the camera is well."""

    @property
    def driver(self) -> str:
        """The driver's name."""
        return self._camera.driver

    @property
    def simulated(self) -> bool:
        """Whether the pictures are pretended."""
        return self._camera.simulated

    def open(self) -> None:
        """Open the camera, once; after a fault, afresh. Raises CameraError."""
        if not self._is_open:
            self._noting_faults(self._camera.open)
            self._is_open = True

    def capture(self) -> bytes:
        """One still as a JPEG. Raises CameraError, CameraTimeout in particular."""
        return self._bounded_open(self._camera.capture)

    def preview(self) -> Image:
        """What is before the camera now. Raises CameraError."""
        return self._bounded_open(self._camera.preview)

    def close(self) -> None:
        """Give the camera back; one that is stuck is left to the end of the process."""
        if self._is_open:
            self._is_open = False
            try:
                self._bounded(self._camera.close)
            except CameraError:
                return  # nothing more can be done for it here

    def _bounded_open(self, call: Callable[[], T]) -> T:
        self.open()
        return self._noting_faults(call)

    def _noting_faults(self, call: Callable[[], T]) -> T:
        try:
            result = self._bounded(call)
        except CameraError as error:
            self._is_open = False
            self.fault = str(error)
            raise
        self.fault = None
        return result

    def _bounded(self, call: Callable[[], T]) -> T:
        if self._stuck is not None and self._stuck.is_alive():
            raise CameraTimeout("the camera still does not answer: check its cable")
        results: list[T] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                results.append(call())
            except Exception as error:  # noqa: BLE001 - carried to the caller's thread
                errors.append(error)

        self._stuck = threading.Thread(target=run, name="camera-call", daemon=True)
        self._stuck.start()
        self._stuck.join(self._seconds)
        if errors:
            raise _as_camera_error(errors[0])
        if not results:
            raise CameraTimeout(f"the camera did not answer within {self._seconds:g} s: check its cable")
        return results[0]


def _as_camera_error(error: Exception) -> CameraError:
    """A driver's unexpected error is a fault of the camera too: it is opened afresh."""
    if isinstance(error, CameraError):
        return error
    fault = CameraFault(f"the camera failed ({error}): check its cable")
    fault.__cause__ = error
    return fault
