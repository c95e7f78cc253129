"""Photos in a folder of the server's own machine."""

import re
from pathlib import Path

from server import disk
from server.errors import PhotoGone

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


class FolderPhotos:
    """A PhotoStore in ``folder``, in 256 folders below it."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigInvalid where the folder cannot be written."""
        self._folder = disk.require_folder(folder)

    def write(self, name: str, photo: bytes) -> None:
        """Keep the bytes; on return they survive a power cut. Raises StorageFull, with nothing half left."""
        if not _NAME.fullmatch(name):
            raise ValueError("a photo's name comes from new_name")
        disk.write_durably(self._folder / name, photo)

    def read(self, name: str) -> bytes:
        """The bytes as they were written. Raises PhotoGone."""
        try:
            if _NAME.fullmatch(name):
                return (self._folder / name).read_bytes()
        except FileNotFoundError:
            pass
        raise PhotoGone("a photo's bytes are not in the photos' folder: restore them from the backup")

    def remove(self, name: str) -> None:
        """Remove them for good; absent is no error, nor is a name of another place."""
        if _NAME.fullmatch(name):
            disk.remove(self._folder / name)
