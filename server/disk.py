"""Files that survive a power cut, open to nobody but the server."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from device import durable
from device.durable import UNFINISHED, sync_folder
from server.errors import ConfigInvalid, StorageFull

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
    """Write a file whole. Raises StorageFull or OSError, with nothing half left."""
    with room_needed():
        durable.write_durably(path, content, _OWNER_ALONE, _FOLDER_OF_OWNER)


def write_at(path: Path, content: bytes, offset_bytes: int) -> None:
    """Write into a file, as ``device.durable`` does. Raises StorageFull or OSError."""
    with room_needed():
        durable.write_at(path, content, offset_bytes, _OWNER_ALONE)


def remove(path: Path) -> None:
    """Remove a file for good, with what was being written for it; absent is no error. Raises OSError."""
    if not path.parent.exists():
        return
    path.with_name(path.name + UNFINISHED).unlink(missing_ok=True)
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
