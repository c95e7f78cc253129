"""Hearing: what the server has for this kiosk, each kept here before the next is asked for."""

from contextlib import suppress

from device.errors import CaseUnknown
from device.store import Store
from device.uplink.uplink import Uplink
from device.wire.update import Update, UpdateKind

_WAIT_SECONDS = 25.0


class Hearing:
    """Asks by cursor; a kiosk killed in between hears the last ones again, which changes nothing."""

    def __init__(self, store: Store, uplink: Uplink, kiosk_id: str) -> None:
        self._store = store
        self._uplink = uplink
        self._kiosk_id = kiosk_id

    def hear(self, wait_seconds: float = _WAIT_SECONDS) -> int:
        """Take in what there is, waiting for it where there is nothing yet; how much it was.

        Raises UplinkError or StoreError.
        """
        found = self._uplink.updates(self._store.outbox.cursor(self._kiosk_id), wait_seconds)
        for update in found.updates:
            self._take_in(update)
            self._store.outbox.taken_in(self._kiosk_id, update.cursor)
        return len(found.updates)

    def _take_in(self, update: Update) -> None:
        if update.case is None:
            return
        if update.kind == UpdateKind.OPINION and update.content:
            self._store.outbox.take_opinion(update.case, update.content)
        elif update.kind == UpdateKind.PARKED and update.content:
            self._store.outbox.park(update.case, str(update.content.get("reason", "")))
        elif update.kind == UpdateKind.ERASURE:
            with suppress(CaseUnknown):
                self._store.erase(update.case)
