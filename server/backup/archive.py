"""The archive of a backup: a plain tar laid out as a home, with the SHA-256 of each file in its last one.

::

    server.toml · receipts.pem · server.sqlite3 · photos/ab/abcd... · contents.json
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from device.durable import beside
from server.config import CONFIG_FILE, DATABASE_FILE
from server.disk import room_needed
from server.photos.photo_store import is_name
from server.receipts import KEY_FILE

VERSION = 1
"""Of this layout; a program reads its own and older ones."""

CONTENTS_FILE = "contents.json"
PHOTOS_FOLDER = "photos/"
_SINGLE_FILES = (CONFIG_FILE, KEY_FILE, DATABASE_FILE)
_OWNER_ALONE = 0o600


class Contents(BaseModel):
    """What an archive says of itself; ``sha256`` is by the file's name in the archive."""

    model_config = ConfigDict(frozen=True)

    version: int
    made_at: datetime
    database: Literal["sqlite", "postgresql"]
    """Which database the rows lie in. PostgreSQL's are not in the archive."""
    sha256: dict[str, str]


def is_name_of_ours(name: str) -> bool:
    """Whether a file of this name may be in an archive: no other one is ever written to a disk."""
    return name in _SINGLE_FILES or (
        name.startswith(PHOTOS_FOLDER) and is_name(name.removeprefix(PHOTOS_FOLDER))
    )


class ArchiveWriter:
    """Takes files one after the other and remembers their SHA-256."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sha256: dict[str, str] = {}

    def add(self, name: str, content: io.BufferedIOBase) -> None:
        """Add a file from its beginning. Raises StorageFull or OSError."""
        content.seek(0)
        self.sha256[name] = hashlib.file_digest(content, "sha256").hexdigest()
        self._add(name, content)

    def end(self, contents: Contents) -> None:
        """Add the list, which comes last: an archive that was cut off has none."""
        self._add(CONTENTS_FILE, io.BytesIO(contents.model_dump_json(indent=1).encode()))

    def _add(self, name: str, content: io.BufferedIOBase) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = content.seek(0, os.SEEK_END), _OWNER_ALONE
        content.seek(0)
        with room_needed():
            self._tar.addfile(entry, content)


@contextmanager
def new_archive(path: Path) -> Iterator[ArchiveWriter]:
    """An archive to write, readable by its owner alone; it has its name once it is whole and durable.

    Raises StorageFull or OSError, with nothing half left.
    """
    with room_needed(), beside(path) as unfinished:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ALONE)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), _OWNER_ALONE)
            with tarfile.open(fileobj=file, mode="w") as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
