"""Photos on disk: written so that a row never names a file that is not whole."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from device.case import Photo
from device.durable import sync_folder, write_durably
from device.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly
from device.store.ballast import Ballast, free_bytes
from models.photo_file import CONTENT_TYPES, inspect, strip_metadata

_SUFFIXES = {"jpeg": ".jpg", "png": ".png"}


class PhotoFolder:
    """A folder of photos, named by us: ``LAST TWO OF CASE ID/CASE ID-NUMBER.jpg``, with a mark behind the
    number for another copy of the same photo.
    """

    def __init__(self, folder: Path, reserve_bytes: int, ballast: Ballast | None = None) -> None:
        """``reserve_bytes`` stay free, and what ``ballast`` is missing: below it ``require_room``
        refuses.
        """
        self.folder = folder
        self._reserve_bytes = reserve_bytes
        self._ballast = ballast
        with _explained():
            folder.mkdir(parents=True, exist_ok=True)

    def free_bytes(self) -> int:
        """How much room the card has for an ordinary user."""
        return free_bytes(self.folder)

    def require_room(self, needed_bytes: int = 0) -> None:
        """Raise StoreFull where the photo would eat into the reserve, StoreReadOnly
        where the folder cannot be written at all.
        """
        if not os.access(self.folder, os.W_OK) or os.statvfs(self.folder).f_flag & os.ST_RDONLY:
            raise StoreReadOnly("the kiosk's home cannot be written: check the card")
        owed_bytes = self._ballast.missing_bytes() if self._ballast else 0
        if self.free_bytes() - needed_bytes < self._reserve_bytes + owed_bytes:
            raise StoreFull("the card is full: erase or export cases, then try again")

    def write(self, case_id: str, number: int, photo: bytes, mark: str = "") -> Photo:
        """Keep a photo without its metadata; on return it survives a power cut.

        Raises PhotoError where it is none, StoreError where it cannot be kept.
        """
        stripped = strip_metadata(photo)
        header = inspect(stripped)
        name = f"{case_id[-2:]}/{case_id}-{number}{mark}{_SUFFIXES[header.kind]}"
        self.require_room(len(stripped))
        with _explained():
            write_durably(self.folder / name, stripped)
        return Photo(
            number,
            name,
            hashlib.sha256(stripped).hexdigest(),
            CONTENT_TYPES[header.kind],
            header.width_pixels,
            header.height_pixels,
            len(stripped),
        )

    def read(self, photo: Photo) -> bytes:
        """The bytes of a kept photo. Raises StoreDamaged where they are not what was written."""
        try:
            content = (self.folder / photo.file).read_bytes()
        except FileNotFoundError:
            raise StoreDamaged("the photo's file is gone from the card: take it again") from None
        except OSError as error:
            raise StoreDamaged(
                f"the photo's file cannot be read ({error.strerror}): take it again"
            ) from error
        if hashlib.sha256(content).hexdigest() != photo.sha256:
            raise StoreDamaged("the photo's file is not what was written: take it again")
        return content

    def fault(self, photo: Photo) -> str | None:
        """What is plainly wrong with a kept photo's file, without reading it; None where nothing is."""
        try:
            size = (self.folder / photo.file).stat().st_size
        except OSError:
            return "the photo's file is gone from the card: take it again"
        return None if size == photo.size_bytes else "the photo's file is not what was written: take it again"

    def remove(self, file: str) -> None:
        """Remove a photo for good; one that is gone already is no error."""
        path = self.folder / file
        with _explained():
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync_folder(path.parent)

    def files(self) -> Iterator[str]:
        """Every file in the folder, unfinished ones included, in no order."""
        for folder in os.scandir(self.folder):
            if folder.is_dir():
                yield from (f"{folder.name}/{file.name}" for file in os.scandir(folder.path))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull("the card is full: erase or export cases, then try again") from error
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise StoreReadOnly("the kiosk's home cannot be written: check the card") from error
        raise StoreError(f"the photo cannot be kept ({error.strerror}): check the card") from error
