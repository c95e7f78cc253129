"""The panel's loop: every ten milliseconds, answer the button.

A press becomes a case in the store at once, or is refused with light, sound and
words; it is never swallowed, however busy the main loop is. Answers are given by a
thread of their own: while one waits for the store, the lights go on.
"""

import logging
import threading
from collections.abc import Callable
from queue import SimpleQueue

from device.case import Origin
from device.clock import Clock
from device.errors import KioskError, StoreError
from device.panel.finger import Finger
from device.panel.gestures import Gesture
from device.panel.panel import TICK_SECONDS, Panel
from device.panel.patterns import Pattern
from device.store import Store, Watch

_REST_SECONDS = 1.0
_STILL_ANSWERING = "the kiosk is still answering the last press: wait for its light"
_OWN_FAULT = "the kiosk met a fault of its own and did not take this press: press again"
_log = logging.getLogger(__name__)


class PanelLoop:
    """Runs in a thread of its own, and answers in a second one, until ``stopping`` is set."""

    def __init__(
        self, panel: Panel, finger: Finger | None, store: Store, clock: Clock, shut_down: Callable[[], None]
    ) -> None:
        """``finger`` presses the simulated button and is None on real hardware;
        ``shut_down`` is called when the button was held for 6 s.
        """
        self._panel = panel
        self._finger = finger
        self._store = store
        self._clock = clock
        self._finger_rests_until = 0.0
        self._watch: Watch | None = None
        self._waiting: SimpleQueue[Gesture | None] = SimpleQueue()
        self._one_press = threading.Semaphore()
        self._answers: dict[Gesture, Callable[[], None]] = {
            Gesture.SHORT: self.press,
            Gesture.PAIR: self._open_pairing,
            Gesture.SHUTDOWN: shut_down,
        }

    def run(self, stopping: threading.Event) -> None:
        """Tick until told to stop."""
        answering = threading.Thread(target=self._keep_answering, name="answers", daemon=True)
        answering.start()
        while not stopping.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # noqa: BLE001 - the outermost loop of this thread: say it and go on
                _log.exception("the panel met a fault and goes on")
                stopping.wait(1.0)
        self._waiting.put(None)
        self._let_go()

    def tick(self) -> None:
        """Move the finger, read the button, and leave what it meant to be answered."""
        self._move_finger()
        for gesture in self._panel.tick():
            if gesture is not Gesture.SHORT or self._one_press.acquire(blocking=False):
                self._waiting.put(gesture)
            else:
                self._panel.show(Pattern.REFUSED, _STILL_ANSWERING)

    def answer(self) -> bool:
        """Answer the next gesture, waiting for it; False where the loop has ended instead."""
        gesture = self._waiting.get()
        try:
            if gesture is not None:
                self._answer(gesture)
        finally:
            if gesture is Gesture.SHORT:
                self._one_press.release()
        return gesture is not None

    def press(self) -> None:
        """Ask for a photo. Raises PressRefused or StoreError."""
        self._store.photos.require_room()
        self._store.cases.ask(Origin.BUTTON)

    def _keep_answering(self) -> None:
        going_on = True
        while going_on:
            try:
                going_on = self.answer()
            except Exception:  # noqa: BLE001 - the outermost loop of this thread: say it and go on
                _log.exception("an answer met a fault, the next is given all the same")
                self._panel.show(Pattern.REFUSED, _OWN_FAULT)

    def _move_finger(self) -> None:
        """A store that fails costs the lights nothing: the finger rests and tries again."""
        if not self._finger or self._clock.seconds() < self._finger_rests_until:
            return
        try:
            if self._watch is None:
                self._watch = self._store.watch()
            self._finger.tick(self._clock.seconds(), self._watch.changed())
        except StoreError as error:
            _log.warning("the simulated button waits: %s", error)
            self._finger_rests_until = self._clock.seconds() + _REST_SECONDS

    def _let_go(self) -> None:
        """A press under way ends with the loop, lest the next run of the kiosk make it again."""
        if self._watch is not None:
            self._watch.close()
        try:
            if self._finger:
                self._finger.lift(self._clock.seconds())
        except KioskError as error:
            _log.warning("a press could not be ended: %s", error)

    def _answer(self, gesture: Gesture) -> None:
        try:
            self._answers[gesture]()
        except KioskError as error:
            _log.warning("a press was refused: %s", error)
            self._panel.show(Pattern.REFUSED, str(error))

    def _open_pairing(self) -> None:
        self._store.phones.open_window()
        self._panel.show(Pattern.PAIRING)
