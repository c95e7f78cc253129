"""Files that survive a power cut: written beside, flushed, renamed into place, their names flushed too."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".part"
"""Ends the name of a file that is being written."""


def write_durably(path: Path, content: bytes, mode: int = 0o666, folder_mode: int = 0o777) -> None:
    """Write a file whole; its folder is made where it is missing, with ``folder_mode``.

    ``mode`` holds from the first moment on, less the umask. Raises OSError, with nothing half left.
    """
    if not path.parent.exists():
        path.parent.mkdir(exist_ok=True, mode=folder_mode)
        sync_folder(path.parent.parent)
    with beside(path) as unfinished:
        _write(unfinished, content, 0, os.O_TRUNC, mode)


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Under which name to write a file, and make it durable, before it is ``path``: gone where that fails.

    Raises OSError.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        yield unfinished
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_at(path: Path, content: bytes, offset_bytes: int, mode: int) -> None:
    """Write into a file, which is made where it is missing; durable but for the file's name in its folder.

    Raises OSError; then any part of ``content`` may stand there.
    """
    _write(path, content, offset_bytes, 0, mode)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, content: bytes, offset_bytes: int, how: int, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, mode)
    try:
        written_bytes = 0
        while written_bytes < len(content):
            piece = memoryview(content)[written_bytes:]
            written_bytes += os.pwrite(descriptor, piece, offset_bytes + written_bytes)
        os.fdatasync(descriptor)
    finally:
        os.close(descriptor)
