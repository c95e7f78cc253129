"""The Raspberry Pi's camera through picamera2 (from apt; imported only when it is used).

Configured once, with a still and a small preview stream side by side: switching
modes leaks the camera's memory. Each shot takes one request and gives it back.
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np

from device.camera import JPEG_QUALITY, SETTLE_SECONDS
from device.errors import CameraFault, CameraMissing, CameraTimeout
from models.decode import Image

_STILL_SIZE = (2304, 1728)
_PREVIEW_SIZE = (640, 480)
_MACRO_RANGE, _CONTINUOUS = 1, 2  # AfRangeEnum.Macro and AfModeEnum.Continuous of libcamera


class PiCamera:
    """picamera2 behind the kiosk's protocol."""

    driver = "picamera2"
    simulated = False

    def __init__(
        self,
        wait_seconds: float,
        make: Callable[[], Any] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        has_lamp: bool = False,
    ) -> None:
        """``wait_seconds`` bounds each request; ``make`` gives another Picamera2 (tests do);
        with a lamp, which is lit for each still, a still waits until the camera has adapted.
        """
        self._wait_seconds = wait_seconds
        self._has_lamp = has_lamp
        self._make = make or _picamera2
        self._sleep = sleep
        self._camera: Any = None

    def open(self) -> None:
        """Claim, configure and start the camera. Raises CameraMissing or CameraFault."""
        self.close()
        camera = self._make()
        self._camera = camera
        try:
            camera.configure(
                camera.create_still_configuration(
                    main={"size": _STILL_SIZE, "format": "BGR888"},
                    lores={"size": _PREVIEW_SIZE, "format": "YUV420"},
                    display=None,
                    buffer_count=2,
                )
            )
            camera.options["quality"] = JPEG_QUALITY
            camera.start()
            self._focus_close()
        except (RuntimeError, OSError) as error:
            raise CameraFault(f"the camera cannot be configured: {error}") from error
        self._sleep(SETTLE_SECONDS)

    def capture(self) -> bytes:
        """One still as a JPEG, exposed after the call began."""
        if self._has_lamp:
            self._sleep(SETTLE_SECONDS)
        jpeg = io.BytesIO()
        with self._request(flush=True) as request:
            request.save("main", jpeg, format="jpeg")
        return jpeg.getvalue()

    def preview(self) -> Image:
        """The newest small picture: uint8 RGB ``(480, 640, 3)``."""
        with self._request(flush=None) as request:
            planes = request.make_array("lores")
        rgb = cv2.cvtColor(np.ascontiguousarray(planes), cv2.COLOR_YUV2RGB_I420)
        width, height = _PREVIEW_SIZE
        return np.asarray(rgb[:height, :width], dtype=np.uint8)  # rows may be padded on the right

    def close(self) -> None:
        """Stop and give the camera back; one that does not answer is left to its own thread."""
        camera, self._camera = self._camera, None
        if camera is not None:
            with _explained():
                camera.close()

    @contextmanager
    def _request(self, flush: bool | None) -> Iterator[Any]:
        """One completed request, always given back."""
        if self._camera is None:
            raise CameraMissing("the camera is not open")
        with _explained(), self._camera.captured_request(wait=self._wait_seconds, flush=flush) as request:
            yield request

    def _focus_close(self) -> None:
        """Where the lens can move, keep it focused at close range."""
        if "AfMode" in self._camera.camera_controls:
            self._camera.set_controls({"AfMode": _CONTINUOUS, "AfRange": _MACRO_RANGE})


@contextmanager
def _explained() -> Iterator[None]:
    """Turn picamera2's errors into ours, which say what to do."""
    try:
        yield
    except TimeoutError as error:
        raise CameraTimeout("the camera does not answer: check its cable") from error
    except (RuntimeError, OSError) as error:
        raise CameraFault(f"the camera failed ({error}): check its cable") from error


def _picamera2() -> Any:
    try:
        from picamera2 import Picamera2

        return Picamera2()
    except ImportError as error:
        raise CameraMissing(f"picamera2 is not installed ({error}): apt install python3-picamera2") from error
    except (RuntimeError, IndexError, OSError) as error:
        raise CameraMissing(f"no camera was found ({error}): check its cable") from error
