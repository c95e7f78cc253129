"""The panel's loop: every ten milliseconds, answer the button.

A press becomes a case in the store at once, or is refused with light and sound; it
is never swallowed, however busy the main loop is.
"""

import logging
import threading
from collections.abc import Callable

from device.case import Origin
from device.clock import Clock
from device.errors import KioskError
from device.panel.finger import Finger
from device.panel.gestures import Gesture
from device.panel.panel import TICK_SECONDS, Panel
from device.panel.patterns import Pattern
from device.store import Store, Watch

_log = logging.getLogger(__name__)


class PanelLoop:
    """Runs in a thread of its own until ``stopping`` is set."""

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
        self._answers: dict[Gesture, Callable[[], None]] = {
            Gesture.SHORT: self.press,
            Gesture.PAIR: self._open_pairing,
            Gesture.SHUTDOWN: shut_down,
        }

    def run(self, stopping: threading.Event) -> None:
        """Tick until told to stop."""
        watch = self._store.watch()
        while not stopping.wait(TICK_SECONDS):
            try:
                self.tick(watch)
            except Exception:  # noqa: BLE001 - the outermost loop of this thread: say it and go on
                _log.exception("the panel met a fault and goes on")
                stopping.wait(1.0)
        watch.close()
        self._let_go()

    def tick(self, watch: Watch) -> None:
        """Move the finger, read the button, answer."""
        if self._finger:
            self._finger.tick(self._clock.seconds(), watch.changed())
        for gesture in self._panel.tick():
            self._answer(gesture)

    def press(self) -> None:
        """Ask for a photo. Raises PressRefused or StoreError."""
        self._store.photos.require_room()
        self._store.cases.ask(Origin.BUTTON)

    def _let_go(self) -> None:
        """A press under way ends with the loop, lest the next run of the kiosk make it again."""
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
            self._panel.show(Pattern.REFUSED)

    def _open_pairing(self) -> None:
        self._store.phones.open_window()
        self._panel.show(Pattern.PAIRING)
