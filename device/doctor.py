"""``kiosk doctor``: what is well, what is not, and what to do about it.

Where the device process runs it is asked through the store, since it owns the
hardware; where none runs, the doctor opens the camera itself. The model it always tries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from device.camera.deadline import DeadlineCamera
from device.clock import Clock
from device.errors import CameraError, StoreError
from device.health import disk_report
from device.store import Store
from models.classifier import Classifier
from models.errors import ModelError


@dataclass(frozen=True)
class Check:
    """One check: its name, whether all is well, and words that say what to do if not."""

    name: str
    ok: bool
    words: str


@dataclass(frozen=True)
class Doctor:
    """Examines one kiosk. ``camera`` is opened only where no device process runs."""

    store: Store
    clock: Clock
    load_model: Callable[[], Classifier]
    camera: DeadlineCamera

    def examine(self) -> Iterator[Check]:
        """Every check, in the order in which a person would look."""
        device = self.store.processes.get("device")
        running = device.report if device and device.alive else None
        yield self._process(running)
        yield self._model()
        yield self._camera(running)
        yield self._home()
        yield self._disk()
        yield self._clock()

    def _process(self, running: dict[str, Any] | None) -> Check:
        if running is None:
            return Check("device process", False, "does not run: start the kiosk with kiosk run")
        return Check(
            "device process", True, "runs, with simulated hardware" if running["simulated"] else "runs"
        )

    def _model(self) -> Check:
        """A real inference of the very file that ships, whoever else has it loaded."""
        try:
            classifier = self.load_model()
        except ModelError as error:
            return Check("model self-test", False, str(error))
        costs = ", ".join(f"{engine} {ms:g} ms" for engine, ms in classifier.engines.items())
        name = f"{classifier.model.name} {classifier.model.version}"
        return Check("model self-test", True, f"{name} passed in {classifier.interpreter.engine} ({costs})")

    def _camera(self, running: dict[str, Any] | None) -> Check:
        if running is not None:
            camera = running["camera"]
            return Check("camera frame", bool(camera["ok"]), f"{camera['driver']}: {camera['words']}")
        try:
            height, width = self.camera.preview().shape[:2]
        except CameraError as error:
            return Check("camera frame", False, str(error))
        finally:
            self.camera.close()
        return Check("camera frame", True, f"{self.camera.driver} gave {width} x {height} pixels")

    def _home(self) -> Check:
        try:
            self.store.processes.gone("doctor")  # a write that changes nothing
        except StoreError as error:
            return Check("writable home", False, str(error))
        return Check("writable home", True, "the store takes a transaction")

    def _disk(self) -> Check:
        report = disk_report(self.store)
        return Check(
            "free disk", report["ok"], f"{report['free_bytes'] / 1e9:.1f} GB free: {report['words']}"
        )

    def _clock(self) -> Check:
        now = self.clock.moment()
        if now.trusted:
            return Check("clock", True, "synchronised")
        return Check(
            "clock",
            False,
            f"not synchronised, it says {now.wall_at:%Y-%m-%d %H:%M} UTC: connect the kiosk to a network "
            "with time (NTP) or set it; cases keep their order and are corrected later",
        )
