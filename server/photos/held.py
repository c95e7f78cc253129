"""Held photos: stored, and shown to nobody until an admin has looked at them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from device.wire.update import UpdateKind
from server.clock import Clock
from server.errors import CaseUnknown, Refused, ServerError
from server.photos.photo_store import PhotoStore
from server.photos.removals import Removals
from server.queue.parking import tell_parked
from server.store.case_rows import CasePhoto, ServerCase, get_case
from server.store.database import Database
from server.store.settling import Settling, drop_photo
from server.store.tables import cases, kiosks, opinions, photos
from server.store.updates import tell_about

NOT_KEPT = "somebody at the server looked at the photo and did not keep it: take another one"


@dataclass(frozen=True)
class HeldPhoto:
    """``number`` is its place in the record of case ``case``, from 0; ``kiosk`` a name. ``since`` is when it
    came, ``until`` when it goes though nobody looked, None for never.
    """

    case: str
    number: int
    reason: str
    since: datetime
    until: datetime | None
    kiosk: str


@dataclass(frozen=True)
class HeldPhotos:
    """What an admin does about them. Those that name one photo raise Refused, CaseUnknown or CaseErased
    where it is not, or no longer, held.
    """

    database: Database
    clock: Clock
    settling: Settling
    photos: PhotoStore
    removals: Removals

    def all(self) -> tuple[HeldPhoto, ...]:
        """The one that has waited longest first."""
        query = (
            sa.select(photos, kiosks.c.name.label("kiosk"))
            .join(cases, cases.c.id == photos.c.case_id)
            .join(kiosks, kiosks.c.id == cases.c.kiosk_id)
            .where(photos.c.state == PhotoState.HELD)
            .order_by(photos.c.received_at, photos.c.case_id, photos.c.number)
        )
        with self.database.read() as r:
            return tuple(
                HeldPhoto(row.case_id, row.number, row.reason, row.received_at, row.until, row.kiosk)
                for row in r.execute(query)
            )

    def read(self, case_id: str, number: int) -> bytes:
        """The photo as it is stored, a JPEG or PNG without metadata. Raises PhotoGone or Overloaded too."""
        with self.database.read() as r:
            photo = _held(_case(r, case_id), number)
        return self.photos.read(photo.file or "")

    def release(self, case_id: str, number: int) -> None:
        """Keep it as if nobody had ever doubted it: an opinion is ordered where one is owed."""
        with self.database.transaction() as t:
            case = _case(t, case_id, lock=True)
            photo = _held(case, number)
            here = (photos.c.case_id == case.id, photos.c.number == photo.number)
            t.execute(photos.update().where(*here).values(state=PhotoState.KEPT, reason=None))
            self._settle(t, case)
            tell_about(t, self.clock, case.id, UpdateKind.RECEIPT)

    def drop(self, case_id: str, number: int) -> None:
        """Drop it for good: its kiosk is not asked for it again, and hears that no opinion comes of it."""
        with self.database.transaction() as t:
            case = _case(t, case_id, lock=True)
            photo = _held(case, number)
            drop_photo(t, case.id, photo, PhotoState.DROPPED, photo.reason)
            self._settle(t, case)
            if number == 0 and not _is_answered(t, case):
                tell_parked(t, self.clock, case.id, NOT_KEPT)
            else:
                tell_about(t, self.clock, case.id, UpdateKind.RECEIPT)
        with suppress(OSError, ServerError):  # then it stays owed, and the API's chores pay it
            self.removals.pay(photo.file or "")

    def _settle(self, t: sa.Connection, case: ServerCase) -> None:
        t.execute(cases.update().where(cases.c.id == case.id).values(changed_at=self.clock()))
        self.settling.settle(t, case.id)


def _case(t: sa.Connection, case_id: str, lock: bool = False) -> ServerCase:
    try:
        return get_case(t, case_id, lock=lock)
    except CaseUnknown as error:
        raise CaseUnknown("there is no case of this id: kiosk-server held tells which ones wait") from error


def _held(case: ServerCase, number: int) -> CasePhoto:
    for photo in case.photos:
        if photo.number == number and photo.state is PhotoState.HELD:
            return photo
    raise Refused(f"photo {number} of this case is not held: kiosk-server held tells which ones are")


def _is_answered(t: sa.Connection, case: ServerCase) -> bool:
    return t.execute(sa.select(opinions.c.case_id).where(opinions.c.case_id == case.id)).first() is not None
