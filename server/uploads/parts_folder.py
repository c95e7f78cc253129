"""The bytes of uploads that are under way, a file each, named by the upload's id."""

import tempfile
from pathlib import Path
from typing import IO

from server import disk
from server.uploads.rows import is_id


class PartsFolder:
    """A file is made only in a transaction that holds its upload's row: one without a row is an orphan."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigInvalid where the folder cannot be written."""
        self._folder = disk.require_folder(folder)

    def write(self, upload_id: str, piece: bytes, offset_bytes: int) -> None:
        """Write a piece; on return it survives a power cut. Raises StorageFull or OSError."""
        disk.write_at(self._folder / upload_id, piece, offset_bytes)
        if offset_bytes == 0:
            disk.sync_folder(self._folder)

    def read(self, upload_id: str) -> bytes:
        """Everything that is there; nothing where there is no file."""
        try:
            return (self._folder / upload_id).read_bytes()
        except FileNotFoundError:
            return b""

    def remove(self, name: str) -> None:
        """Remove an upload's bytes; absent is no error, nor is a name of another place.

        Where a power cut brings them back, they are an orphan's: no fsync for each of ten thousand.
        """
        if is_id(name):
            (self._folder / name).unlink(missing_ok=True)

    def ids(self) -> set[str]:
        """The uploads of which bytes are here."""
        return {path.name for path in self._folder.iterdir() if is_id(path.name)}

    def open_staging(self) -> IO[bytes]:
        """A file without a name beside the others, gone when it is closed, however the process ends."""
        return tempfile.TemporaryFile(dir=self._folder)
