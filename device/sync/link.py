"""The link to one server: a thread that sends and one that hears, until the enrolment ends."""

import logging
import threading
from collections.abc import Callable

from device.errors import StoreError, UplinkError
from device.store import Store
from device.sync.hearing import Hearing
from device.sync.pauses import Pauses
from device.sync.sending import Sending
from device.uplink.enrolment import Enrolment
from device.uplink.uplink import uplink_to

_LOOK_SECONDS = 0.2
_AFTER_FAULT_SECONDS = 5.0

_log = logging.getLogger(__name__)


class Link:
    """Goes on through whatever connection there is; ``report`` says how it fares."""

    def __init__(self, enrolment: Enrolment, open_store: Callable[[], Store]) -> None:
        self._enrolment = enrolment
        self._open_store = open_store
        self._stopping = threading.Event()
        self._fault: str | None = None

    def start(self) -> None:
        """Begin both; they end with the process, however long an answer takes."""
        for work, name in ((self._send, "sending"), (self._hear, "hearing")):
            threading.Thread(target=work, name=name, daemon=True).start()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopping.set()

    def report(self, owed: int) -> dict[str, object]:
        """For the health of the kiosk."""
        words = f"enrolled with {self._enrolment.server}"
        words += f", {owed} still to be sent" if owed else ", nothing owed"
        if self._fault:
            words += f"; {self._fault}"
        return {"enrolled": True, "words": words, "owed": owed, "fault": self._fault}

    def _send(self) -> None:
        store, pauses = self._open_store(), Pauses()
        sending = Sending(store, uplink_to(self._enrolment))
        self._go_on(lambda: self._send_one(sending, pauses))
        store.close()

    def _hear(self) -> None:
        store, pauses = self._open_store(), Pauses()
        hearing = Hearing(store, uplink_to(self._enrolment), self._enrolment.kiosk)
        self._go_on(lambda: self._hear_once(hearing, pauses))
        store.close()

    def _go_on(self, step: Callable[[], float]) -> None:
        """Step after step; each says how long to wait before the next."""
        while not self._stopping.is_set():
            try:
                seconds = step()
            except Exception as error:  # noqa: BLE001 - the outermost loop: what is owed must not wait for ever
                _log.warning("the sync goes on after a fault: %s", type(error).__name__)
                self._fault, seconds = (
                    f"a fault of the program ({type(error).__name__})",
                    _AFTER_FAULT_SECONDS,
                )
            self._stopping.wait(seconds)

    def _send_one(self, sending: Sending, pauses: Pauses) -> float:
        try:
            sent = sending.tell_next()
        except StoreError as error:
            self._fault = str(error)
            return _AFTER_FAULT_SECONDS
        if sent is None:
            return _LOOK_SECONDS
        self._fault = sent.fault
        if not sent.reached:
            return pauses.next_seconds()
        pauses.over()
        return 0.0

    def _hear_once(self, hearing: Hearing, pauses: Pauses) -> float:
        try:
            rest_seconds = hearing.listen()
        except (UplinkError, StoreError) as error:
            self._fault = str(error)
            return pauses.next_seconds()
        pauses.over()
        return rest_seconds
