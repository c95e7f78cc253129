"""One round: send what is owed now, hear what there is, and say what is left."""

from pathlib import Path

from device.errors import NotEnrolled, UplinkError
from device.store import Store
from device.sync.hearing import Hearing
from device.sync.sending import Sending
from device.uplink.enrolment import load_enrolment
from device.uplink.transport import Transport
from device.uplink.uplink import uplink_to


def sync_once(home: Path, store: Store, transport: Transport | None = None) -> tuple[int, str | None]:
    """How much is still owed then, and the fault that was met, None where none was.

    ``transport`` None is HTTP. Raises NotEnrolled or StoreError.
    """
    enrolment = load_enrolment(home)
    if enrolment is None:
        raise NotEnrolled("this kiosk knows no server: kiosk enrol URL CODE")
    uplink = uplink_to(enrolment, transport)
    fault = _send_all(Sending(store, uplink))
    try:
        while fault is None and Hearing(store, uplink, enrolment.kiosk).hear() > 0:
            pass
    except UplinkError as error:
        fault = str(error)
    return store.outbox.count(), fault


def _send_all(sending: Sending) -> str | None:
    """Until nothing is owed now or nobody answers; the first fault that was met."""
    first = None
    while sent := sending.tell_next():
        first = first or sent.fault
        if not sent.reached:
            return sent.fault
    return first
