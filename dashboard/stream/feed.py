"""The feed: one thread that notices every change once and hands it to all open event streams.

It polls two cheap signs, the database's version and the panel's file time, and builds
each event's text a single time, however many phones listen.
"""

import logging
import os
import threading
import time
from typing import Any

from dashboard.faults import told
from dashboard.kiosk_state import panel_now, panel_of_fault
from dashboard.stream.subscription import Message, Subscription, case_message, state_message
from device.case import Scope
from device.config import WebConfig
from device.errors import StoreError
from device.live import LiveReader
from device.store import Store
from device.store.database import Watch
from device.store.processes import BEAT_SECONDS

_POLL_SECONDS = 0.01
_ALONE_SECONDS = 0.1
_PANEL_LOOK_SECONDS = 0.05
_MOST_TOGETHER = 100
_PANEL_SECONDS = 1.0
_AFTER_FAULT_SECONDS = 0.5

_log = logging.getLogger(__name__)


class Feed:
    """Fans changes out to subscriptions; also beats for the dashboard process."""

    def __init__(self, store: Store, live: LiveReader, stopping: threading.Event, web: WebConfig) -> None:
        """``web`` is where the pages listen, told with each beat."""
        self._store = store
        self._live = live
        self._stopping = stopping
        self._report = {"ready": True, "host": web.host, "port": web.port}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._subscriptions: tuple[Subscription, ...] = ()
        self._watch: Watch | None = None
        self._behind = True
        self._last = 0
        self._panel: dict[str, Any] = {}
        self._panel_file_at = -1.0
        self._panel_look_due = self._panel_due = self._beat_due = 0.0
        self._found: list[Message] = []
        self.fault: str | None = None
        """Why the store did not take this process's last beat; None where it did."""

    def start(self) -> None:
        """Start the thread where it does not run yet; after a fork, never before. Raises StoreError."""
        with self._lock:
            if self._thread is None:
                self._last = self._store.changes.last()
                self._panel = panel_now(self._store, self._live)
                self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
                self._thread.start()

    def join(self) -> None:
        """Wait for the thread's end, after ``stopping`` was set."""
        if self._thread is not None:
            self._thread.join()

    def subscribe(self, scope: Scope, after: int | None) -> Subscription:
        """Everything within ``scope`` from the change after ``after`` on; None: from now on.

        Raises StoreError.
        """
        self.start()
        subscription = Subscription(self._store, scope, after)
        with self._lock:
            self._subscriptions += (subscription,)
            subscription.offer((state_message(self._panel),))
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Nobody reads this subscription any more."""
        with self._lock:
            self._subscriptions = tuple(s for s in self._subscriptions if s is not subscription)

    def _run(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS if self._subscriptions else _ALONE_SECONDS):
            try:
                self._look_or_say_why_not()
                self._beat()
            except Exception as error:  # noqa: BLE001 - the outermost loop: silent pages would be worse
                _log.warning("the feed goes on after a fault: %s", told(error))
                self._stopping.wait(_AFTER_FAULT_SECONDS)
        self._end()

    def _look_or_say_why_not(self) -> None:
        """A store that cannot be read is said on every open page, until it can."""
        try:
            self._look()
        except StoreError as error:
            self._show(panel_of_fault(str(error)))
            raise
        finally:
            self._hand_out()

    def _look(self) -> None:
        if self._watch is None:
            self._watch = self._store.watch()
        self._behind = self._watch.changed() or self._behind
        if self._behind:
            self._deliver_changes()
            self._behind = False
        self._deliver_panel()

    def _deliver_changes(self) -> None:
        while changes := self._store.changes.after(self._last):
            for change in changes:
                message = case_message(self._store, change)
                if message:
                    self._found.append(message)
                self._last = change.number
                if len(self._found) >= _MOST_TOGETHER:
                    self._hand_out()

    def _deliver_panel(self) -> None:
        """File times are coarse, so once a second the panel is read whatever its time says."""
        now = time.monotonic()
        if now < self._panel_look_due:
            return
        self._panel_look_due = now + _PANEL_LOOK_SECONDS
        file_at = self._live.panel_changed_at()
        if file_at == self._panel_file_at and now < self._panel_due:
            return
        self._panel_file_at, self._panel_due = file_at, now + _PANEL_SECONDS
        self._show(panel_now(self._store, self._live, self.fault))

    def _show(self, panel: dict[str, Any]) -> None:
        if panel != self._panel:
            with self._lock:
                self._panel = panel
            self._found.append(state_message(panel))

    def _hand_out(self) -> None:
        """All that one look found, together: every phone has a thread, which is woken once for it."""
        if self._found:
            messages, self._found = tuple(self._found), []
            for subscription in self._subscriptions:
                subscription.offer(messages)

    def _beat(self) -> None:
        """The one thing that this process writes by itself, and so how it learns that it cannot."""
        now = time.monotonic()
        if now < self._beat_due:
            return
        self._beat_due = now + (BEAT_SECONDS if self.fault is None else _PANEL_SECONDS)
        try:
            self._store.processes.beat("dashboard", os.getpid(), self._report)
            self.fault = None
        except StoreError as error:
            self.fault = str(error)
            _log.warning("the store did not take the dashboard's beat: %s", told(error))

    def _end(self) -> None:
        for subscription in self._subscriptions:
            subscription.offer(None)
        if self._watch is not None:
            self._watch.close()
        try:
            self._store.processes.gone("dashboard", os.getpid())
        except StoreError as error:
            _log.warning("the store did not take the dashboard's goodbye: %s", told(error))
