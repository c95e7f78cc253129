"""Uploads of photos: begun, written on at their offset, ended."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from device.wire.receipt import PhotoState
from device.wire.record import LARGEST_PHOTO_BYTES
from server.clock import Clock
from server.config import UploadConfig
from server.errors import (
    BodyInvalid,
    OffsetConflict,
    Overloaded,
    PhotoRefused,
    PhotoUnwanted,
    UploadExpired,
    UploadTooLong,
)
from server.store.case_rows import CasePhoto, ServerCase, get_case
from server.store.database import Database
from server.store.tables import uploads
from server.uploads.body import Body, arriving
from server.uploads.finishing import Finishing
from server.uploads.parts_folder import PartsFolder
from server.uploads.rows import Announced, Upload, get_upload

_TOO_MANY_RETRY_SECONDS = 60
_HOW_IT_STANDS = {
    PhotoState.KEPT: "this photo is here already: the case's receipt says so",
    PhotoState.HELD: "this photo is here already and is being looked at: the case's receipt says so",
    PhotoState.DROPPED: "this photo was here and is not kept: the case's receipt says so",
    PhotoState.UNWANTED: "no consent covers this photo: it is not to be sent",
}


@dataclass(frozen=True)
class Uploads:
    """All kiosks' uploads; every call names the kiosk that asks."""

    database: Database
    clock: Clock
    config: UploadConfig
    parts_folder: PartsFolder
    finishing: Finishing

    def begin(self, kiosk_id: str, length: int, announced: Announced) -> Upload:
        """A new upload for a photo that is wanted.

        Raises UploadTooLong, CaseUnknown, CaseErased, BodyInvalid or PhotoRefused where the record has no
        such photo, PhotoUnwanted, Overloaded where the kiosk has too many open.
        """
        if length > LARGEST_PHOTO_BYTES:
            raise UploadTooLong(f"a photo has {LARGEST_PHOTO_BYTES} bytes at most: send a smaller one")
        upload = Upload(
            str(uuid.uuid4()), kiosk_id, **vars(announced), length=length, offset=0, expires_at=self._expiry()
        )
        with self.database.transaction() as t:
            _require_wanted(get_case(t, announced.case_id, kiosk_id, lock=True), upload)
            self._require_turn(t, kiosk_id)
            t.execute(uploads.insert().values(**vars(upload)))
        return upload

    def look(self, kiosk_id: str, upload_id: str) -> Upload:
        """How far it is; a complete one that was never finished is finished now.

        Raises UploadUnknown, UploadExpired, and what ``Finishing.finish`` raises.
        """
        upload = self._get(kiosk_id, upload_id)
        if upload.is_complete:
            self.finishing.finish(upload)
        return upload

    def append(self, kiosk_id: str, upload_id: str, offset: int, body: Body) -> Upload:
        """Write the body at ``offset``, each piece durable before the next is read; how far it then is.

        The last byte finishes the upload. Raises OffsetConflict where the offset is another, and what
        ``look`` and ``arriving`` raise; what was durable until then stays.
        """
        upload = self._get(kiosk_id, upload_id)
        if upload.offset != offset:
            raise _ahead()
        with arriving(body, upload.room_bytes, self.parts_folder.open_staging) as pieces:
            for piece in pieces:
                upload = self._write(upload, piece)
        if upload.is_complete:
            self.finishing.finish(upload)
        return upload

    def end(self, kiosk_id: str, upload_id: str) -> None:
        """Forget it and its bytes. Raises UploadUnknown."""
        with self.database.transaction() as t:
            get_upload(t, upload_id, kiosk_id, lock=True)
            t.execute(uploads.delete().where(uploads.c.id == upload_id))
        self.parts_folder.remove(upload_id)

    def _get(self, kiosk_id: str, upload_id: str) -> Upload:
        with self.database.read() as r:
            upload = get_upload(r, upload_id, kiosk_id)
        if not upload.is_complete and upload.expires_at <= self.clock():
            raise UploadExpired("this upload was not finished in time: begin a new one")
        return upload

    def _write(self, upload: Upload, piece: bytes) -> Upload:
        """Holding the row, nobody else is at this offset; so nothing durable is ever written over."""
        after = replace(upload, offset=upload.offset + len(piece), expires_at=self._expiry())
        with self.database.transaction() as t:
            if get_upload(t, upload.id, lock=True).offset != upload.offset:
                raise _ahead()
            self.parts_folder.write(upload.id, piece, upload.offset)
            t.execute(uploads.update().where(uploads.c.id == upload.id).values(**vars(after)))
        return after

    def _expiry(self) -> datetime:
        """Each piece that comes gives the upload the whole time again."""
        return self.clock() + timedelta(hours=self.config.expire_hours)

    def _require_turn(self, t: sa.Connection, kiosk_id: str) -> None:
        is_open = (uploads.c.kiosk_id == kiosk_id, uploads.c.expires_at > self.clock())
        query = sa.select(sa.func.count()).select_from(uploads).where(*is_open)
        if t.execute(query).scalar_one() >= self.config.most_open:
            raise Overloaded(
                "this kiosk has too many uploads open: finish them or end them with DELETE",
                _TOO_MANY_RETRY_SECONDS,
            )


def _require_wanted(case: ServerCase, upload: Upload) -> None:
    if upload.photo_number >= len(case.photos):
        raise BodyInvalid("photo: the case's record has no photo of this number")
    photo: CasePhoto = case.photos[upload.photo_number]
    if (photo.sha256, photo.size_bytes) != (upload.sha256, upload.length):
        raise PhotoRefused("the photo is not the one in the case's record, by its SHA-256 or its size")
    if photo.state is not PhotoState.WANTED:
        raise PhotoUnwanted(_HOW_IT_STANDS[photo.state])


def _ahead() -> OffsetConflict:
    return OffsetConflict("the upload's offset is another: ask for it with HEAD and go on from there")
