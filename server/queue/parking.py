"""Parking: a job that nobody tries any more, and the kiosk that is told why."""

import sqlalchemy as sa

from device.wire.update import UpdateKind
from server.clock import Clock
from server.store.updates import tell_about

WORKERS_DIED = "each worker that tried ended before it had an opinion: tell the server's admin"


def tell_parked(t: sa.Connection, clock: Clock, case_id: str, reason: str) -> None:
    """Tell the case's kiosk, within the transaction that parks its job."""
    tell_about(t, clock, case_id, UpdateKind.PARKED, {"reason": reason})
