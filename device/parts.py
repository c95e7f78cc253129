"""What the device process works with."""

from collections.abc import Callable
from dataclasses import dataclass

from device.camera.deadline import DeadlineCamera
from device.clock import Clock
from device.config import Config
from device.live import LiveWriter
from device.panel.finger import Finger
from device.panel.panel import Panel
from device.store import Store
from models.examiner import Examiner
from models.face.detector import FaceDetector


@dataclass(frozen=True)
class DeviceParts:
    """The parts, built by the command line.

    ``finger`` presses the simulated button and is None on real hardware;
    ``power_off`` asks for the Pi to be switched off and is None in simulation.
    ``load_face_detector`` loads it, each time it is wanted. ``live_period_seconds`` is the
    least time between two live pictures; ``settings`` gives the configuration as it holds
    now, with what was set on the pages.
    """

    pid: int
    store: Store
    camera: DeadlineCamera
    examiner: Examiner
    load_face_detector: Callable[[], FaceDetector]
    panel: Panel
    finger: Finger | None
    live: LiveWriter
    clock: Clock
    live_period_seconds: float
    settings: Callable[[], Config]
    power_off: Callable[[], None] | None = None
