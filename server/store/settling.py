"""Settling: what consent, photos and opinion of a case together ask for, made true.

Called at the end of every transaction that changes one of them, so there is one place that says when a photo
is wanted, kept or dropped, and when an opinion is owed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from server.clock import Clock
from server.store.case_rows import CasePhoto, ServerCase, get_case
from server.store.tables import cases, opinions, photos, removals, uploads

_HAS_BYTES = (PhotoState.KEPT, PhotoState.HELD)
_ABSENT = (PhotoState.DROPPED, PhotoState.UNWANTED)


class Orders(Protocol):
    """Where opinions are ordered, within the transaction that makes one owed or lets it go."""

    def order(self, t: sa.Connection, case: ServerCase) -> None:
        """Owe the case an opinion; nothing where that is so already. The case is held or new."""

    def cancel(self, t: sa.Connection, case_id: str) -> None:
        """Owe it no more, though somebody may be at work on it; nothing where nothing is owed."""


@dataclass(frozen=True)
class Retention:
    """How long photos stay by what they are kept for; None for no end."""

    analyse: timedelta = timedelta(days=7)
    review: timedelta | None = None
    train: timedelta | None = None

    def until(self, case: ServerCase, photo: CasePhoto) -> datetime | None:
        """When a photo goes, by the consent that keeps it longest; None for never, or while it never came.

        Counted from when the photo came: a record may be here long before it.
        """
        spans = [
            span
            for given, span in ((case.consent_review, self.review), (case.consent_train, self.train))
            if given
        ] or [self.analyse]
        known = [span for span in spans if span is not None]
        if photo.received_at is None or len(known) < len(spans):
            return None
        return photo.received_at + max(known)


@dataclass(frozen=True)
class Settling:
    """What settling goes by, and where it orders opinions."""

    clock: Clock
    retention: Retention
    orders: Orders

    def settle(self, t: sa.Connection, case_id: str) -> ServerCase:
        """Make photos and orders what they should be; the case as it then is."""
        case = get_case(t, case_id)
        answered = t.execute(sa.select(opinions).where(opinions.c.case_id == case_id)).first() is not None
        owed = case.consent_analyse and not answered
        changed = [self._settle_photo(t, case, photo, owed) for photo in case.photos]
        if not case.keeps_photos:
            t.execute(photos.update().where(photos.c.case_id == case_id).values(thumbnail=None))
        if any(changed):
            t.execute(cases.update().where(cases.c.id == case_id).values(changed_at=self.clock()))
            case = get_case(t, case_id)
        self._settle_order(t, case, owed)
        return case

    def _settle_photo(self, t: sa.Connection, case: ServerCase, photo: CasePhoto, owed: bool) -> bool:
        """Whether anything about the photo changed."""
        needed, until = case.keeps_photos or owed, self.retention.until(case, photo)
        has_bytes = photo.state in _HAS_BYTES
        if not needed and (has_bytes or photo.state is PhotoState.WANTED):
            drop_photo(t, case.id, photo, PhotoState.DROPPED if has_bytes else PhotoState.UNWANTED)
        elif needed and has_bytes and photo.until != until:
            _set(t, case.id, photo, until=until)
        elif needed and photo.state in _ABSENT and self._may_ask(photo, until):
            _set(t, case.id, photo, state=PhotoState.WANTED)
        else:
            return False
        return True

    def _may_ask(self, photo: CasePhoto, until: datetime | None) -> bool:
        """A photo whose time is over, or that an admin would not keep, is never asked for again."""
        return photo.reason is None and (until is None or until > self.clock())

    def _settle_order(self, t: sa.Connection, case: ServerCase, owed: bool) -> None:
        """An opinion is ordered from when it can be given until it is given or no longer allowed."""
        if owed and case.photos[0].state is PhotoState.KEPT:
            self.orders.order(t, case)
        if not case.consent_analyse:
            self.orders.cancel(t, case.id)


def drop_photo(
    t: sa.Connection, case_id: str, photo: CasePhoto, state: PhotoState, refused: str | None = None
) -> None:
    """Forget where its bytes lie and owe their removal to the disk; thumbnail and half an upload go too.

    ``refused`` is why an admin would not keep it: then it is never asked for again.
    """
    if photo.file:
        t.execute(removals.insert().values(file=photo.file))
    here = (uploads.c.case_id == case_id, uploads.c.photo_number == photo.number)
    for upload in t.execute(sa.select(uploads.c.id).where(*here)).scalars():
        t.execute(removals.insert().values(file=upload))
    t.execute(uploads.delete().where(*here))
    _set(t, case_id, photo, state=state, file=None, until=None, reason=refused, thumbnail=None)


def _set(t: sa.Connection, case_id: str, photo: CasePhoto, **values: object) -> None:
    t.execute(
        photos.update().where(photos.c.case_id == case_id, photos.c.number == photo.number).values(**values)
    )
