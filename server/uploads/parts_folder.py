"""The bytes of uploads that are under way, a file each, named by the upload's id.

They lie on one machine. Where several take uploads in, either a kiosk's calls go to the same one each time
(sticky routing), or ``uploads.folder`` is a folder that they share and on which fsync holds. A call that
comes to another machine is told that the upload is over, and its kiosk begins a new one: so does the kiosk
of a machine that is lost.
"""

import tempfile
from pathlib import Path
from typing import IO

from device.durable import sync_folder
from server import disk
from server.errors import UploadUnknown
from server.uploads.rows import is_id


class PartsFolder:
    """A file is made only in a transaction that holds its upload's row: one without a row is an orphan."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigInvalid where the folder cannot be written."""
        self._folder = disk.require_folder(folder)

    def write(self, upload_id: str, piece: bytes, offset_bytes: int) -> None:
        """Write a piece; on return it survives a power cut.

        Raises StorageFull or OSError; UploadUnknown where what comes before it is not here.
        """
        if offset_bytes > self._size_bytes(upload_id):
            raise _elsewhere()
        disk.write_at(self._folder / upload_id, piece, offset_bytes)
        if offset_bytes == 0:
            sync_folder(self._folder)

    def read(self, upload_id: str, length: int) -> bytes:
        """All ``length`` bytes. Raises UploadUnknown where they are not here."""
        try:
            found = (self._folder / upload_id).read_bytes()
        except FileNotFoundError:
            raise _elsewhere() from None
        if len(found) < length:
            raise _elsewhere()
        return found[:length]

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

    def _size_bytes(self, upload_id: str) -> int:
        try:
            return (self._folder / upload_id).stat().st_size
        except FileNotFoundError:
            return 0


def _elsewhere() -> UploadUnknown:
    return UploadUnknown("this upload's bytes are not on this machine: begin a new one")
