"""Photos go when their time is over."""

from contextlib import suppress

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from server.clock import Clock
from server.errors import CaseErased, CaseUnknown
from server.store.case_rows import get_case
from server.store.database import Database
from server.store.settling import drop_photo
from server.store.tables import cases, photos
from server.store.updates import tell_about


def drop_outdated(database: Database, clock: Clock) -> None:
    """Drop every photo whose ``until`` has come; their files are owed to the disk from then on."""
    query = sa.select(photos.c.case_id).where(photos.c.until <= clock()).distinct()
    with database.read() as r:
        found = r.execute(query).scalars().all()
    for case_id in found:
        with suppress(CaseErased, CaseUnknown), database.transaction() as t:
            _drop_outdated_of(t, clock, case_id)


def _drop_outdated_of(t: sa.Connection, clock: Clock, case_id: str) -> None:
    """Look again under the lock: consent may have moved the date. Raises CaseErased or CaseUnknown where
    the case is gone.
    """
    for photo in get_case(t, case_id, lock=True).photos:
        if photo.until is not None and photo.until <= clock():
            drop_photo(t, case_id, photo, PhotoState.DROPPED)
            t.execute(cases.update().where(cases.c.id == case_id).values(changed_at=clock()))
            if photo.state is PhotoState.HELD:
                tell_about(t, clock, case_id, UpdateKind.RECEIPT)
