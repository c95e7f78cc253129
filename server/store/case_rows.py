"""One case as its rows say, for whoever works within a transaction."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from device.wire.receipt import PhotoReceipt, PhotoState
from server.errors import CaseErased, CaseUnknown
from server.store.database import locked
from server.store.tables import cases, photos, tombstones


@dataclass(frozen=True)
class CasePhoto:
    """A photo of a case; ``file`` is where its bytes lie, None where there are none. ``received_at`` is when
    they last came whole, None where they never did.
    """

    number: int
    sha256: str
    size_bytes: int
    content_type: str
    state: PhotoState
    reason: str | None
    file: str | None
    received_at: datetime | None
    until: datetime | None

    def receipt(self) -> PhotoReceipt:
        """What its kiosk is told of it."""
        return PhotoReceipt(sha256=self.sha256, state=self.state, until=self.until)


@dataclass(frozen=True)
class ServerCase:
    """A case at the server; the consents are those that hold now."""

    id: str
    kiosk_id: str
    record: bytes
    record_sha256: str
    urgent: bool
    consent_analyse: bool
    consent_review: bool
    consent_train: bool
    received_at: datetime
    changed_at: datetime
    photos: tuple[CasePhoto, ...]

    @property
    def keeps_photos(self) -> bool:
        """Whether photos stay after the opinion."""
        return self.consent_review or self.consent_train


def get_case(t: sa.Connection, case_id: str, kiosk_id: str | None = None, lock: bool = False) -> ServerCase:
    """The case; with ``kiosk_id`` only if it is that kiosk's; ``lock`` holds it against other writers.

    Raises CaseUnknown, or CaseErased where it was here and that kiosk's.
    """
    query = sa.select(cases).where(cases.c.id == case_id)
    row = t.execute(locked(query) if lock else query).one_or_none()
    if row is None or kiosk_id not in (None, row.kiosk_id):
        raise _absent(t, case_id, kiosk_id)
    found = t.execute(sa.select(photos).where(photos.c.case_id == case_id).order_by(photos.c.number))
    return ServerCase(
        **{name: getattr(row, name) for name in ServerCase.__dataclass_fields__ if name != "photos"},
        photos=tuple(_photo(photo) for photo in found),
    )


def is_erased(t: sa.Connection, case_id: str) -> bool:
    """Whether the case was here and is gone."""
    return t.execute(sa.select(tombstones).where(tombstones.c.case_id == case_id)).first() is not None


def _photo(row: "sa.Row[tuple[object, ...]]") -> CasePhoto:
    columns = {name: getattr(row, name) for name in CasePhoto.__dataclass_fields__}
    return CasePhoto(**columns | {"state": PhotoState(columns["state"])})


def _absent(t: sa.Connection, case_id: str, kiosk_id: str | None) -> CaseUnknown | CaseErased:
    stone = t.execute(sa.select(tombstones).where(tombstones.c.case_id == case_id)).one_or_none()
    if stone is not None and kiosk_id in (None, stone.kiosk_id):
        return CaseErased("this case was erased")
    return CaseUnknown("there is no such case: send its record first")
