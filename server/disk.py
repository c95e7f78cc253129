"""Files that survive a power cut, open to nobody but the server."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.errors import ConfigInvalid, StorageFull

UNFINISHED = ".part"
"""Ends the name of a file that is being written."""

_OWNER_ALONE = 0o600
_FOLDER_OF_OWNER = 0o700
_FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def room_needed() -> Iterator[None]:
    """Raise StorageFull where the disk says that it has no room; any other OSError passes as it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise StorageFull("the server has no room: nothing was kept, try again later") from error


def require_folder(folder: Path) -> Path:
    """The folder, made where it is missing. Raises ConfigInvalid where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_OF_OWNER)
    except OSError as error:
        raise ConfigInvalid(f"{folder} cannot be made: {error.strerror}") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise ConfigInvalid(f"{folder} cannot be written: let the server's user own it")
    return folder


def write_durably(path: Path, content: bytes) -> None:
    """Beside, fsync, rename, fsync of the folder. Raises StorageFull or OSError, with nothing half left."""
    beside = path.with_name(path.name + UNFINISHED)
    with room_needed():
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True, mode=_FOLDER_OF_OWNER)
            sync_folder(path.parent.parent)
        try:
            write_at(beside, content, 0)
            beside.replace(path)
        except (OSError, StorageFull):
            beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_at(path: Path, content: bytes, offset_bytes: int) -> None:
    """Write into a file, which is made where it is missing; durable but for the file's name in its folder.

    Raises StorageFull or OSError; then any part of ``content`` may stand there.
    """
    with room_needed():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, _OWNER_ALONE)
        try:
            written_bytes = 0
            while written_bytes < len(content):
                piece = memoryview(content)[written_bytes:]
                written_bytes += os.pwrite(descriptor, piece, offset_bytes + written_bytes)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file for good, with what was being written for it; absent is no error. Raises OSError."""
    if not path.parent.exists():
        return
    path.with_name(path.name + UNFINISHED).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
