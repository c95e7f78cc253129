"""The end of an upload: its bytes are all here and become the case's photo, or go."""

import hmac
from dataclasses import dataclass

from device.wire.canonical import sha256_of
from device.wire.receipt import PhotoState
from server.clock import Clock
from server.errors import PhotoRefused, ServerError, UploadUnknown
from server.photos.photo_store import PhotoStore
from server.photos.removals import Removals
from server.store.case_rows import get_case
from server.store.database import Database
from server.store.settling import Settling
from server.store.tables import cases, photos, uploads
from server.uploads.parts_folder import PartsFolder
from server.uploads.rows import Upload, get_upload
from server.vetting.vetting import Vetted, Vetting

_CAME = (PhotoState.KEPT, PhotoState.HELD, PhotoState.DROPPED)


@dataclass(frozen=True)
class Finishing:
    """Can be asked again and by several at once: one ends the upload, all get the same answer.

    The stored file is owed to the removals until the transaction that ends the upload takes it over. The
    receipt's SHA-256 stays that of the bytes that came, though metadata is stripped from what is stored.
    """

    database: Database
    clock: Clock
    settling: Settling
    parts_folder: PartsFolder
    photos: PhotoStore
    removals: Removals
    vetting: Vetting

    def finish(self, upload: Upload) -> None:
        """Make a complete upload the case's photo; where that was done meanwhile, nothing.

        Raises PhotoRefused, after which upload and bytes are gone; StorageFull or Overloaded, after which it
        can be asked again; UploadUnknown, CaseUnknown or CaseErased where it was ended otherwise.
        """
        try:
            self._finish(upload)
        except UploadUnknown:
            if not self._came_meanwhile(upload):
                raise

    def _finish(self, upload: Upload) -> None:
        vetted = self._vetted(upload)
        name = self.removals.owe_new_name()
        try:
            self.photos.write(name, vetted.photo)
            self._enter(upload, vetted, name)
        except ServerError:
            self.removals.pay(name)
            raise
        self.parts_folder.remove(upload.id)

    def _vetted(self, upload: Upload) -> Vetted:
        try:
            photo = self.parts_folder.read(upload.id, upload.length)
            if not hmac.compare_digest(sha256_of(photo), upload.sha256):
                raise PhotoRefused("what came is not the photo announced, by its SHA-256: send it again")
            return self.vetting.vet(photo)
        except PhotoRefused:
            self._give_up(upload)
            raise

    def _give_up(self, upload: Upload) -> None:
        """End the upload without a photo. Raises UploadUnknown where somebody else ended it."""
        with self.database.transaction() as t:
            get_upload(t, upload.id, lock=True)
            t.execute(uploads.delete().where(uploads.c.id == upload.id))
        self.parts_folder.remove(upload.id)

    def _enter(self, upload: Upload, vetted: Vetted, name: str) -> None:
        """One transaction; other uploads of the same photo are over too, and the sweep takes their bytes."""
        case_id, number = upload.case_id, upload.photo_number
        state = PhotoState.HELD if vetted.reason else PhotoState.KEPT
        kept = {"file": name, "content_type": vetted.content_type, "state": state, "reason": vetted.reason}
        now = self.clock()
        here = (photos.c.case_id == case_id, photos.c.number == number)
        of_photo = (uploads.c.case_id == case_id, uploads.c.photo_number == number)
        with self.database.transaction() as t:
            get_case(t, case_id, lock=True)
            get_upload(t, upload.id, lock=True)
            self.removals.take_over(t, name)
            t.execute(uploads.delete().where(*of_photo))
            t.execute(photos.update().where(*here).values(**kept, received_at=now))
            t.execute(cases.update().where(cases.c.id == case_id).values(changed_at=now))
            self.settling.settle(t, case_id)

    def _came_meanwhile(self, upload: Upload) -> bool:
        with self.database.read() as r:
            return get_case(r, upload.case_id).photos[upload.photo_number].state in _CAME
