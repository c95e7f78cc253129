"""Hearing: what the server has for this kiosk, each kept here before the next is asked for."""

import random
import time
from collections.abc import Callable
from contextlib import suppress

from device.case import utc
from device.errors import CaseUnknown
from device.store import Store
from device.uplink.uplink import Uplink
from device.wire.update import Update, UpdateKind

_WAIT_SECONDS = 25.0
_HASTY_SECONDS = _WAIT_SECONDS / 2
_LONGEST_PAUSE_SECONDS = 60.0
_PAUSE_SECONDS = (5.0, 10.0)


class Hearing:
    """Asks by cursor; a kiosk killed in between hears the last ones again, which changes nothing."""

    def __init__(
        self, store: Store, uplink: Uplink, kiosk_id: str, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._uplink = uplink
        self._kiosk_id = kiosk_id
        self._seconds = seconds

    def hear(self) -> int:
        """Take in what there is now; how much further that led. Raises UplinkError or StoreError."""
        return self._hear(0.0)[1]

    def listen(self) -> float:
        """Take in what there is, waiting for it where there is nothing yet; how many seconds to rest then.

        Raises UplinkError or StoreError.
        """
        asked_at = self._seconds()
        pause_seconds, further = self._hear(_WAIT_SECONDS)
        if further > 0:
            return 0.0
        rest = min(float(pause_seconds), _LONGEST_PAUSE_SECONDS)
        # Something on the way may cut every wait short: that is no reason to ask all the time.
        is_hasty = self._seconds() - asked_at < _HASTY_SECONDS
        return max(rest, random.uniform(*_PAUSE_SECONDS)) if is_hasty else rest  # noqa: S311 - no secret

    def _hear(self, wait_seconds: float) -> tuple[int, int]:
        """How many seconds the server wants to be left alone, and by how much the cursor rose."""
        after = self._store.answers.cursor(self._kiosk_id)
        found = self._uplink.updates(after, wait_seconds)
        for update in found.updates:
            self._take_in(update)
            self._store.answers.taken_in(self._kiosk_id, update.cursor)
        reached = max(found.next, 0)
        if reached < after:
            # The server was restored from a backup: by the old cursor all that it says now would be missed.
            self._store.answers.count_anew(self._kiosk_id, reached)
        return found.pause_seconds, reached - after

    def _take_in(self, update: Update) -> None:
        if update.kind == UpdateKind.RESTORED:
            self._owe_lost(str(update.content.get("backup_made_at", "")))
        if update.case is None:
            return
        if update.kind == UpdateKind.OPINION and update.content:
            self._store.answers.take_opinion(update.case, update.content)
        elif update.kind == UpdateKind.PARKED and update.content:
            self._store.answers.park(update.case, str(update.content.get("reason", "")))
        elif update.kind == UpdateKind.ERASURE:
            with suppress(CaseUnknown):
                self._store.erase(update.case)
        self._store.outbox.renew_receipt(update.case)

    def _owe_lost(self, made_at: str) -> None:
        """A moment that cannot be read is passed over: what the server misses it asks for with 404."""
        with suppress(ValueError):
            self._store.outbox.owe_since(utc(made_at))
