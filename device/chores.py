"""The chores: what the device process does besides telling cases their story, each at its time."""

import logging
from contextlib import suppress

from device.errors import CameraError
from device.health.report import device_report
from device.health.wall_clock import WallClock
from device.panel.patterns import Pattern
from device.parts import DeviceParts
from device.store import BEAT_SECONDS
from device.store.retention import LOOK_SECONDS
from models.decode import encode_jpeg

_SETTLE_SECONDS = 1.0
_ERASURES_SECONDS = 3600.0
_ORPHANS_SECONDS = 600.0
_log = logging.getLogger(__name__)


class Chores:
    """Shows how the kiosk is, says so in the store, keeps the card tidy and the live picture going."""

    def __init__(self, parts: DeviceParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._wall_clock = WallClock(parts.clock, parts.store)
        self._met_fault: str | None = None
        self._store_fault: str | None = None
        self._due = {"settle": 0.0, "beat": 0.0, "erasures": 0.0, "live": 0.0}
        self._due["orphans"] = parts.clock.seconds() + _ORPHANS_SECONDS
        self._due["retention"] = parts.clock.seconds() + LOOK_SECONDS
        self._is_watched = False
        self._last_opinion = parts.store.changes.last_opinion()

    def do_what_is_due(self, is_counting_down: bool) -> None:
        """Do what is due now; during a countdown the panel is left to it. Raises StoreError."""
        if self._is_due("settle", _SETTLE_SECONDS):
            self._look_at_store()
            self.settle(is_counting_down)
            self._show_answers()
        if self._is_due("beat", BEAT_SECONDS):
            self._beat()
        if self._is_due("erasures", _ERASURES_SECONDS):
            self._store.finish_erasures()
        if self._is_due("orphans", _ORPHANS_SECONDS):
            self._store.remove_orphans()
        if self._is_due("retention", LOOK_SECONDS):
            self._store.keep_retention(self._parts.settings().storage.retention_days)
        if self._is_due("live", self._parts.live_period_seconds):
            self._follow_the_watch()

    def settle(self, is_counting_down: bool = False) -> None:
        """Show what lies below the flashes: a fault, the open pairing window, or ready."""
        fault = self._parts.camera.fault or self._store_fault or self._met_fault
        if fault:
            self._parts.panel.show(Pattern.FAULT, fault)
        elif is_counting_down:
            return
        elif self._store.phones.window_seconds_left() > 0:
            self._parts.panel.show(Pattern.PAIRING)
        else:
            self._parts.panel.show(Pattern.READY)

    def note_store_fault(self, words: str) -> None:
        """It holds until a beat gets through, which is tried again at once."""
        self._met_fault = words
        self._due["beat"] = 0.0
        self._parts.panel.show(Pattern.FAULT, words)

    def _is_due(self, what: str, period_seconds: float) -> bool:
        now = self._parts.clock.seconds()
        if now < self._due[what]:
            return False
        self._due[what] = now + period_seconds
        return True

    def _look_at_store(self) -> None:
        """Notice a card that filled up, or that somebody holds the database, before a press does;
        what changed is told to the pages at once.
        """
        before, self._store_fault = self._store_fault, self._store.fault()
        if before != self._store_fault:
            self._due["beat"] = 0.0

    def _show_answers(self) -> None:
        """The lights say that an opinion came home."""
        newest = self._store.changes.last_opinion()
        if newest > self._last_opinion:
            self._parts.panel.show(Pattern.ANSWERED)
        self._last_opinion = newest

    def _beat(self) -> None:
        try:
            self._parts.camera.open()
        except CameraError as error:
            _log.warning("%s", error)
        report = device_report(
            self._parts.camera, self._parts.examiner.classifier, self._store, self._wall_clock
        )
        self._store.processes.beat("device", self._parts.pid, report)
        self._met_fault = None
        self._store.keep_ballast()
        self._store.cases.abandon_old_presses()
        self._store.times.correct()

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
