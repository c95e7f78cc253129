"""Where photos come from: a folder, or a zip that is read as it is, without unpacking it."""

import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Protocol, TextIO

from models.errors import NotAPhoto, PhotoTooLarge
from models.photo_file import MAX_PHOTO_BYTES
from training.errors import ManifestCsvInvalid

MOST_LIST_BYTES = 1 << 30
"""The largest list read from a zip, unpacked: that of the whole ISIC archive stays under it."""

UNREADABLE = (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a file or a zip's member may raise: RuntimeError where it is encrypted."""

_ENDINGS = (".jpg", ".jpeg", ".png")
# What macOS adds beside each file of a zip.
_SHADOWS = "__MACOSX/"


class Photos(Protocol):
    """Photos by their path, ``/`` between its parts, relative to where they are kept."""

    @property
    def name(self) -> str:
        """The folder's or the zip's name, without its ending."""

    def paths(self) -> Collection[str]:
        """The path of every JPEG and PNG."""

    def holds(self, path: str) -> bool:
        """Whether there is a file ``path``."""

    def find(self, name: str) -> str | None:
        """The path of the file ``name`` at the top or one folder below; None without one."""

    def read(self, path: str) -> bytes:
        """The bytes of the photo ``path``. Raises PhotoError for one that cannot be read."""

    def open_list(self, path: str) -> TextIO:
        """The list ``path`` as text. Raises one of UNREADABLE, and ManifestCsvInvalid for one
        that is too large."""


@contextmanager
def opened(images: Path) -> Iterator[Photos]:
    """The photos in the folder or zip ``images``. Raises ManifestCsvInvalid for anything else."""
    if images.is_dir():
        yield _Folder(images)
        return
    try:
        archive = zipfile.ZipFile(images)
    except (OSError, zipfile.BadZipFile) as error:
        raise ManifestCsvInvalid(f"{images} is neither a folder nor a zip of photos: {error}") from error
    with archive:
        yield _Zip(images.stem, archive)


class _Folder:
    def __init__(self, folder: Path) -> None:
        self.name = folder.name
        self._folder = folder

    def paths(self) -> list[str]:
        found = (path for path in self._folder.rglob("*") if path.suffix.lower() in _ENDINGS)
        return sorted(path.relative_to(self._folder).as_posix() for path in found)

    def holds(self, path: str) -> bool:
        return (self._folder / path).is_file()

    def find(self, name: str) -> str | None:
        found = (self._folder / name, *sorted(self._folder.glob(f"*/{name}")))
        return next((p.relative_to(self._folder).as_posix() for p in found if p.is_file()), None)

    def read(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except OSError as error:
            raise NotAPhoto(f"the photo cannot be read ({error.strerror})") from error

    def open_list(self, path: str) -> TextIO:
        return (self._folder / path).open(newline="", encoding="utf-8-sig")


class _Zip:
    def __init__(self, name: str, archive: zipfile.ZipFile) -> None:
        self.name = name
        self._archive = archive
        members = (member for member in archive.infolist() if not member.is_dir())
        self._bytes = {m.filename: m.file_size for m in members if not m.filename.startswith(_SHADOWS)}

    def paths(self) -> list[str]:
        return sorted(path for path in self._bytes if path.lower().endswith(_ENDINGS))

    def holds(self, path: str) -> bool:
        return path in self._bytes

    def find(self, name: str) -> str | None:
        found = [path for path in self._bytes if path.count("/") < 2 and path.split("/")[-1] == name]
        return min(found, key=lambda path: (path.count("/"), path), default=None)

    def read(self, path: str) -> bytes:
        if self._bytes[path] > MAX_PHOTO_BYTES:
            raise PhotoTooLarge("the photo is larger than 20 MiB: take a smaller one")
        try:
            with self._archive.open(path) as member:
                # Never read(): it unpacks all that is there, however little the zip declares.
                return member.read(self._bytes[path])
        except UNREADABLE as error:
            raise NotAPhoto(f"the photo cannot be read from the zip ({error})") from error

    def open_list(self, path: str) -> TextIO:
        if self._bytes[path] > MOST_LIST_BYTES:
            raise ManifestCsvInvalid(f"{path} in {self.name} is larger than 1 GiB: give a shorter list")
        return TextIOWrapper(self._archive.open(path), newline="", encoding="utf-8-sig")
