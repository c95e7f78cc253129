"""The device process: camera, button, lights, classifier; it opens no network socket.

Two loops share the store. The panel's answers the button. This one tells unfinished
cases their story, keeps the live picture going while somebody watches, looks for
faces where nobody waits, and says how it is.
"""

import logging
import math
import threading

from device.capture import Capture
from device.case import Case
from device.chores import Chores
from device.errors import KioskError, StoreError
from device.face_check import FaceCheck
from device.panel.panel import TICK_SECONDS
from device.panel.patterns import Pattern
from device.panel_loop import PanelLoop
from device.parts import DeviceParts
from device.process_status import SHUTDOWN_STATUS
from device.store import Watch

_PAUSE_AFTER_FAULT_SECONDS = 1.0
_OWN_FAULT = "the kiosk met a fault of its own and cannot judge this photo: take another one"
_log = logging.getLogger(__name__)


class DeviceProcess:
    """Runs until told to stop, or until the button is held for 6 s."""

    def __init__(self, parts: DeviceParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._capture = Capture(parts.camera, parts.examiner, parts.store, parts.panel.show)
        self._chores = Chores(parts)
        self._face_check = FaceCheck(parts.store, parts.load_face_detector, parts.clock)
        self._stopping = threading.Event()
        self._status = 0
        self._watch: Watch | None = None
        self._telling: Case | None = None
        self._counts_down = False

    def stop(self) -> None:
        """Ask both loops to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Work until stopped; the process's exit status."""
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
        unfinished = True
        while not self._stopping.is_set():
            try:
                unfinished = self._notices_change() or unfinished or self._counts_down
                self._chores.do_what_is_due(self._counts_down)  # first: where no story can be told, too
                unfinished = unfinished and self._tell_next()
                if not unfinished and not self._looks_for_faces():
                    self._stopping.wait(TICK_SECONDS / 2)
            except StoreError as error:
                self._telling, unfinished = None, True
                self._chores.note_store_fault(str(error))
                self._stopping.wait(_PAUSE_AFTER_FAULT_SECONDS)
            except Exception:  # noqa: BLE001 - the outermost loop: say it and go on
                _log.exception("the device process met a fault and goes on")
                self._give_up_case()
                self._stopping.wait(_PAUSE_AFTER_FAULT_SECONDS)

    def _notices_change(self) -> bool:
        if self._watch is None:
            self._watch = self._store.watch()
        changed = self._watch.changed()
        if changed:
            self._face_check.notice()
        return changed

    def _looks_for_faces(self) -> bool:
        """Look at one photo where nobody waits for anything else; whether there was one."""
        return not self._counts_down and self._face_check.go_on()

    def _tell_next(self) -> bool:
        """Tell one unfinished case its story; whether there was one."""
        seconds = self._parts.settings().panel.countdown_seconds
        self._count_down(seconds)
        case = self._store.cases.next_unfinished(seconds)
        if case is None:
            return False
        self._telling = case
        self._capture.tell(case)
        self._telling = None
        self._face_check.make_way()
        self._chores.settle()
        return True

    def _count_down(self, seconds: float) -> None:
        """Show how long the person who pressed still has to hold still."""
        left = self._store.cases.countdown_left(seconds) if seconds else 0.0
        self._counts_down = left > 0
        if self._counts_down:
            self._parts.panel.count_down(math.ceil(left))

    def _give_up_case(self) -> None:
        """End the case whose story met a fault of ours, lest it is met for ever."""
        case, self._telling = self._telling, None
        if case is None:
            return
        try:
            self._store.cases.failed(case.id, _OWN_FAULT)
            self._parts.panel.show(Pattern.REFUSED, _OWN_FAULT)
        except KioskError as error:
            _log.warning("a case could not be ended: %s", error)

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
        if self._watch is not None:
            self._watch.close()
        try:
            self._store.processes.gone("device", self._parts.pid)
        except StoreError as error:
            _log.warning("the store did not take the device process's goodbye: %s", error)
        self._store.close()
