"""Settling: what consent, photos and opinion of a case together ask for, made true.

Called at the end of every transaction that changes one of them, so there is one place that says when a photo
is wanted, kept or dropped, and when an opinion is owed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from server.clock import Clock
from server.store.case_rows import CasePhoto, ServerCase, get_case
from server.store.tables import cases, jobs, opinions, photos, removals, uploads

OPINION = "opinion"
"""The kind of job that asks for one."""

_HAS_BYTES = (PhotoState.KEPT, PhotoState.HELD)
_ABSENT = (PhotoState.DROPPED, PhotoState.UNWANTED)


@dataclass(frozen=True)
class Retention:
    """How long photos stay by what they are kept for; None for no end."""

    analyse: timedelta = timedelta(days=7)
    review: timedelta | None = None
    train: timedelta | None = None

    def until(self, case: ServerCase) -> datetime | None:
        """When the case's photos go, by the consent that keeps them longest."""
        spans = [
            span
            for given, span in ((case.consent_review, self.review), (case.consent_train, self.train))
            if given
        ]
        if not spans:
            return case.received_at + self.analyse
        known = [span for span in spans if span is not None]
        return case.received_at + max(known) if len(known) == len(spans) else None


def settle(t: sa.Connection, clock: Clock, retention: Retention, case_id: str) -> ServerCase:
    """Make photos and jobs what they should be; the case as it then is."""
    case = get_case(t, case_id)
    answered = t.execute(sa.select(opinions).where(opinions.c.case_id == case_id)).first() is not None
    owed = case.consent_analyse and not answered
    until, needed = retention.until(case), case.keeps_photos or owed
    is_over = until is not None and until <= clock()
    changed = [
        _settle_photo(t, case, photo, needed, until)
        for photo in case.photos
        # One whose time is over and that is not here is never asked for again.
        if not (is_over and photo.state in _ABSENT)
    ]
    if not case.keeps_photos:
        t.execute(photos.update().where(photos.c.case_id == case_id).values(thumbnail=None))
    if any(changed):
        t.execute(cases.update().where(cases.c.id == case_id).values(changed_at=clock()))
        case = get_case(t, case_id)
    _settle_job(t, clock, case, owed)
    return case


def drop_photo(t: sa.Connection, case_id: str, photo: CasePhoto, state: PhotoState) -> None:
    """Forget where its bytes lie and owe their removal to the disk; half an upload goes too."""
    if photo.file:
        t.execute(removals.insert().values(file=photo.file))
    here = (uploads.c.case_id == case_id, uploads.c.photo_number == photo.number)
    for upload in t.execute(sa.select(uploads.c.id).where(*here)).scalars():
        t.execute(removals.insert().values(file=upload))
    t.execute(uploads.delete().where(*here))
    _set(t, case_id, photo, state=state, file=None, until=None, reason=None)


def _settle_photo(
    t: sa.Connection, case: ServerCase, photo: CasePhoto, needed: bool, until: datetime | None
) -> bool:
    """Whether anything about the photo changed."""
    has_bytes = photo.state in _HAS_BYTES
    if not needed and (has_bytes or photo.state is PhotoState.WANTED):
        drop_photo(t, case.id, photo, PhotoState.DROPPED if has_bytes else PhotoState.UNWANTED)
    elif needed and has_bytes and photo.until != until:
        _set(t, case.id, photo, until=until)
    elif needed and not has_bytes and photo.state is not PhotoState.WANTED:
        _set(t, case.id, photo, state=PhotoState.WANTED)
    else:
        return False
    return True


def _settle_job(t: sa.Connection, clock: Clock, case: ServerCase, owed: bool) -> None:
    """A job exists from when it can be done until it is done or no longer allowed."""
    here = (jobs.c.case_id == case.id, jobs.c.kind == OPINION)
    exists = t.execute(sa.select(jobs.c.number).where(*here)).first() is not None
    if owed and case.photos[0].state is PhotoState.KEPT and not exists:
        t.execute(
            jobs.insert().values(
                kind=OPINION, case_id=case.id, state="queued", urgent=case.urgent, due_at=clock()
            )
        )
    if not case.consent_analyse and exists:
        t.execute(jobs.delete().where(*here))


def _set(t: sa.Connection, case_id: str, photo: CasePhoto, **values: object) -> None:
    t.execute(
        photos.update().where(photos.c.case_id == case_id, photos.c.number == photo.number).values(**values)
    )
