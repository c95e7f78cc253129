"""The device process: camera, button, lights, classifier; it opens no network socket.

Two loops share the store. The panel's answers the button. This one tells unfinished
cases their story, keeps the live picture going while somebody watches, and says
how it is.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from device.camera.deadline import DeadlineCamera
from device.capture import Capture
from device.case import Case
from device.clock import Clock
from device.errors import CameraError, KioskError, StoreError
from device.health import device_report
from device.live import LiveWriter
from device.panel.finger import Finger
from device.panel.panel import TICK_SECONDS, Panel
from device.panel.patterns import Pattern
from device.panel_loop import PanelLoop
from device.process_status import SHUTDOWN_STATUS
from device.store import BEAT_SECONDS, Store
from models.decode import encode_jpeg
from models.examiner import Examiner

_SETTLE_SECONDS = 1.0
_TIDY_SECONDS = 3600.0
_PAUSE_AFTER_FAULT_SECONDS = 1.0
_OWN_FAULT = "the kiosk met a fault of its own and cannot judge this photo: take another one"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeviceParts:
    """What the device process works with, built by the command line.

    ``finger`` presses the simulated button and is None on real hardware;
    ``power_off`` asks for the Pi to be switched off and is None in simulation.
    ``live_period_seconds`` is the least time between two live pictures.
    """

    pid: int
    store: Store
    camera: DeadlineCamera
    examiner: Examiner
    panel: Panel
    finger: Finger | None
    live: LiveWriter
    clock: Clock
    live_period_seconds: float
    power_off: Callable[[], None] | None = None


class DeviceProcess:
    """Runs until told to stop, or until the button is held for 6 s."""

    def __init__(self, parts: DeviceParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._capture = Capture(parts.camera, parts.examiner, parts.store, parts.panel.show)
        self._stopping = threading.Event()
        self._status = 0
        self._store_fault: str | None = None
        self._telling: Case | None = None
        self._due = {"settle": 0.0, "beat": 0.0, "tidy": 0.0, "live": 0.0}
        self._is_watched = False

    def stop(self) -> None:
        """Ask both loops to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Work until stopped; the process's exit status."""
        self._store.cases.abandon_old_presses()
        panel_loop = PanelLoop(
            self._parts.panel, self._parts.finger, self._store, self._parts.clock, self._shut_down
        )
        thread = threading.Thread(target=panel_loop.run, args=(self._stopping,), name="panel", daemon=True)
        thread.start()
        self._main_loop()
        thread.join(1.0)
        self._end()
        return self._status

    def _main_loop(self) -> None:
        watch = self._store.watch()
        unfinished = True
        while not self._stopping.is_set():
            try:
                unfinished = watch.changed() or unfinished
                self._keep_going()  # first, for it must go on where no story can be told
                unfinished = unfinished and self._tell_next()
                if not unfinished:
                    self._stopping.wait(TICK_SECONDS / 2)
            except StoreError as error:
                self._store_fault, self._telling, unfinished = str(error), None, True
                self._parts.panel.show(Pattern.FAULT)
                self._stopping.wait(_PAUSE_AFTER_FAULT_SECONDS)
            except Exception:  # noqa: BLE001 - the outermost loop: say it and go on
                _log.exception("the device process met a fault and goes on")
                self._give_up_case()
                self._stopping.wait(_PAUSE_AFTER_FAULT_SECONDS)
        watch.close()

    def _tell_next(self) -> bool:
        """Tell one unfinished case its story; whether there was one."""
        case = self._store.cases.next_unfinished()
        if case is None:
            return False
        self._telling = case
        self._capture.tell(case)
        self._telling = None
        self._settle()
        return True

    def _give_up_case(self) -> None:
        """End the case whose story met a fault of ours, lest it is met for ever."""
        case, self._telling = self._telling, None
        if case is None:
            return
        try:
            self._store.cases.failed(case.id, _OWN_FAULT)
            self._parts.panel.show(Pattern.REFUSED)
        except KioskError as error:
            _log.warning("a case could not be ended: %s", error)

    def _keep_going(self) -> None:
        if self._is_due("settle", _SETTLE_SECONDS):
            self._settle()
        if self._is_due("beat", BEAT_SECONDS):
            self._beat()
        if self._is_due("tidy", _TIDY_SECONDS):
            self._store.finish_erasures()
        if self._is_due("live", self._parts.live_period_seconds):
            self._follow_the_watch()

    def _is_due(self, what: str, period_seconds: float) -> bool:
        now = self._parts.clock.seconds()
        if now < self._due[what]:
            return False
        self._due[what] = now + period_seconds
        return True

    def _settle(self) -> None:
        """Show what lies below the flashes: a fault, the open pairing window, or ready."""
        if self._parts.camera.fault or self._store_fault:
            self._parts.panel.show(Pattern.FAULT)
        elif self._store.phones.window_seconds_left() > 0:
            self._parts.panel.show(Pattern.PAIRING)
        else:
            self._parts.panel.show(Pattern.READY)

    def _beat(self) -> None:
        self._store_fault = None
        try:
            self._parts.camera.open()
        except CameraError as error:
            _log.warning("%s", error)
        report = device_report(
            self._parts.camera, self._parts.examiner.classifier, self._store, self._parts.clock
        )
        self._store.processes.beat("device", self._parts.pid, report)
        self._store.keep_ballast()
        self._store.cases.abandon_old_presses()
        self._store.cases.correct_times()

    def _follow_the_watch(self) -> None:
        """Show the live picture while somebody watches; then leave nothing of it behind."""
        was_watched, self._is_watched = self._is_watched, self._parts.live.is_watched()
        if self._is_watched:
            self._show_live_picture()
        elif was_watched:
            self._parts.live.clear()

    def _show_live_picture(self) -> None:
        try:
            image = self._parts.camera.preview()
        except CameraError:
            return  # the health report says so at the next beat
        examination = self._parts.examiner.examine_image(image)
        with suppress(OSError):  # a full runtime folder costs the live picture and nothing else
            self._parts.live.show_picture(encode_jpeg(image), examination.as_json())

    def _shut_down(self) -> None:
        self._status = SHUTDOWN_STATUS
        if self._parts.power_off:
            self._parts.power_off()
        self.stop()

    def _end(self) -> None:
        self._parts.panel.show(Pattern.OFF)
        self._parts.panel.tick()
        self._parts.panel.close()
        self._parts.camera.close()
        self._parts.live.clear()
        self._store.processes.gone("device", self._parts.pid)
        self._store.close()
