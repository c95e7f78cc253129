"""Reconciling: rows of a while ago made true again, beside photos and kiosks that went on without them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from server.parts import Parts
from server.photos.marking import MARK
from server.store.case_rows import get_case
from server.store.database import Database
from server.store.settling import drop_photo
from server.store.tables import cases, kiosks, photos, updates, uploads

CURSOR_STEP = 1_000_000_000
"""More updates than a kiosk can have heard since the backup: one a second for 31 years."""

_UNDER_WAY = timedelta(minutes=5)
"""A transaction that the backup just missed took its time before that, by another machine's clock perhaps."""


def reconcile_photos(parts: Parts, here: Collection[str]) -> int:
    """Settle each photo of which a row names a file that is not ``here``; how many that were.

    It is asked for again where consent and time allow. Files that no row names go.
    """
    with parts.database.read() as r:
        rows = r.execute(sa.select(photos.c.case_id, photos.c.file).where(photos.c.file.is_not(None))).all()
    missing = [row.case_id for row in rows if row.file not in here]
    for case_id in set(missing):
        with parts.database.transaction() as t:
            _settle_missing(t, parts, case_id, here)
    for name in set(here) - {row.file for row in rows} - {MARK}:
        parts.photos.remove(name)
    return len(missing)


def _settle_missing(t: sa.Connection, parts: Parts, case_id: str, here: Collection[str]) -> None:
    for photo in get_case(t, case_id, lock=True).photos:
        if photo.file and photo.file not in here:
            drop_photo(t, case_id, photo, PhotoState.DROPPED)
    parts.queue.cancel(t, case_id)
    t.execute(cases.update().where(cases.c.id == case_id).values(changed_at=parts.clock()))
    parts.settling.settle(t, case_id)


def reconcile_kiosks(database: Database, made_at: datetime, now: datetime) -> None:
    """Tell kiosks on beyond all that they heard since ``made_at``, and forget what may be over.

    A kiosk asks with the cursor of the last update that it heard, which these rows may not know: it would
    miss what is told under a cursor below that. Half-finished uploads have no bytes here, and a code for
    enrolment may have been used since.
    """
    since = _since(database, made_at).isoformat()
    content = sa.literal({"backup_made_at": since}, updates.c.content.type)
    kind, told_at = sa.literal(UpdateKind.RESTORED.value), sa.literal(now, updates.c.told_at.type)
    tell = sa.select(kiosks.c.id, kiosks.c.last_update, kind, content, told_at)
    with database.transaction() as t:
        t.execute(uploads.delete())
        t.execute(
            kiosks.update().values(
                last_update=kiosks.c.last_update + CURSOR_STEP, code_sha256=None, code_until=None
            )
        )
        t.execute(updates.insert().from_select(["kiosk_id", "cursor", "kind", "content", "told_at"], tell))


def _since(database: Database, made_at: datetime) -> datetime:
    """From when on something may be missing: a dump may be older than the archive that goes with it."""
    moments = sa.select(sa.func.max(cases.c.changed_at)), sa.select(sa.func.max(kiosks.c.seen_at))
    with database.read() as r:
        known = [found for query in moments if (found := r.execute(query).scalar()) is not None]
    return min(made_at, max(known, default=made_at)) - _UNDER_WAY
