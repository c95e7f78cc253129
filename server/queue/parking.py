"""Parking: a job that nobody tries any more, and the kiosk that is told why."""

import sqlalchemy as sa

from device.wire.update import UpdateKind
from server.clock import Clock
from server.store.tables import cases
from server.store.updates import News, tell

WORKERS_DIED = "each worker that tried ended before it had an opinion: tell the server's admin"


def tell_parked(t: sa.Connection, clock: Clock, case_id: str, reason: str) -> None:
    """Tell the case's kiosk, within the transaction that parks its job."""
    kiosk_id = t.execute(sa.select(cases.c.kiosk_id).where(cases.c.id == case_id)).scalar_one()
    tell(t, clock, News(kiosk_id, UpdateKind.PARKED, case_id, {"reason": reason}))
