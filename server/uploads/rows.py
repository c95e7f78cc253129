"""An upload as its row says, for whoever works within a transaction."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.errors import UploadUnknown
from server.store.database import locked
from server.store.tables import uploads


@dataclass(frozen=True)
class Announced:
    """What an upload is to be: photo ``photo_number`` (from 0) of a case, with this SHA-256."""

    case_id: str
    photo_number: int
    sha256: str


@dataclass(frozen=True)
class Upload:
    """An upload; of its ``length`` bytes the first ``offset`` are durable."""

    id: str
    kiosk_id: str
    case_id: str
    photo_number: int
    sha256: str
    length: int
    offset: int
    expires_at: datetime

    @property
    def is_complete(self) -> bool:
        """Whether every byte is here."""
        return self.offset == self.length

    @property
    def room_bytes(self) -> int:
        """How many bytes are missing."""
        return self.length - self.offset


def get_upload(t: sa.Connection, upload_id: str, kiosk_id: str | None = None, lock: bool = False) -> Upload:
    """The upload; with ``kiosk_id`` only if it is that kiosk's; ``lock`` holds it against other writers.

    Raises UploadUnknown.
    """
    query = sa.select(uploads).where(uploads.c.id == upload_id)
    row = t.execute(locked(query) if lock else query).one_or_none()
    if row is None or kiosk_id not in (None, row.kiosk_id):
        raise UploadUnknown("there is no such upload, or it is over: the case's receipt tells")
    return upload_of(row)


def upload_of(row: "sa.Row[tuple[object, ...]]") -> Upload:
    """The upload in a row of its table."""
    return Upload(**{name: getattr(row, name) for name in Upload.__dataclass_fields__})


def is_id(text: str) -> bool:
    """Whether it is a UUID in lower case with hyphens, as all ids are."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
