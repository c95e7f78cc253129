"""``kiosk doctor``: what is well, what is not, and what to do about it.

Where the device process runs it is asked through the store, since it owns the
hardware; where none runs, the doctor opens the camera itself. The model it always tries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from device.camera.deadline import DeadlineCamera
from device.clock import Clock
from device.errors import CameraError, StoreError
from device.health.photos import PhotoCheck, check_photos
from device.health.report import disk_report
from device.health.wall_clock import WallClock
from device.store import ProcessHealth, Store
from models.classifier import Classifier
from models.errors import ModelError


@dataclass(frozen=True)
class Check:
    """One check: its name, whether all is well, and words that say what to do if not."""

    name: str
    ok: bool
    words: str


_UNHEARD_CAMERA = Check("camera frame", False, "not known: the device process has it and cannot say")
_MOST_NAMED = 20


@dataclass(frozen=True)
class Doctor:
    """Examines one kiosk. ``camera`` is opened only where no device process runs."""

    store: Store
    clock: Clock
    load_model: Callable[[], Classifier]
    camera: DeadlineCamera

    def examine(self) -> Iterator[Check]:
        """Every check, in the order in which a person would look."""
        home = self._home()
        device = self._device()
        running = device.report if device and device.alive else None
        is_silent = bool(running is None and device and not home.ok and _exists(device.pid))
        yield self._process(running, is_silent)
        yield self._model()
        yield _UNHEARD_CAMERA if is_silent else self._camera(running)
        yield home
        yield self._disk()
        yield self._photos()
        yield self._wall_clock(running)

    def _device(self) -> ProcessHealth | None:
        try:
            return self.store.processes.get("device")
        except StoreError:
            return None  # the check of the home says why

    def _process(self, running: dict[str, Any] | None, is_silent: bool) -> Check:
        if is_silent:
            return Check("device process", False, "runs, but cannot write how it is: see writable home")
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
        """A write that changes nothing; it waits a second for another program."""
        try:
            self.store.processes.gone("doctor")
        except StoreError as error:
            return Check("writable home", False, str(error))
        return Check("writable home", True, "the store takes a transaction")

    def _disk(self) -> Check:
        report = disk_report(self.store)
        free_bytes = report["free_bytes"]
        free = "" if free_bytes is None else f"{free_bytes / 1e9:.1f} GB free: "
        return Check("free disk", report["ok"], free + report["words"])

    def _photos(self) -> Check:
        try:
            found = check_photos(self.store, self.clock.seconds)
        except StoreError as error:
            return Check("photos", False, str(error))
        return Check("photos", not found.damaged, _photo_words(found))

    def _wall_clock(self, running: dict[str, Any] | None) -> Check:
        """What is seen now; else what the running process, which saw the clock for longer, knows."""
        try:
            words = WallClock(self.clock, self.store).report()["words"]
        except StoreError as error:
            words = str(error)
        words = words or (running or {}).get("clock", {}).get("words", "")
        return Check("clock", not words, words or "synchronised")


def _exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def _photo_words(found: PhotoCheck) -> str:
    looked_at = f"{found.photos} looked at" if found.is_whole else f"the newest {found.photos} looked at"
    if not found.damaged:
        return f"{looked_at}, each as it was written"
    named = ", ".join(found.damaged[:_MOST_NAMED])
    more = len(found.damaged) - _MOST_NAMED
    return (
        f"{looked_at}, {len(found.damaged)} gone or damaged: restore the last backup, or take these again: "
        + (f"{named} and {more} more" if more > 0 else named)
    )
