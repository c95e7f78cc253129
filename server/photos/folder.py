"""Photos in a folder of the server's own machine."""

from pathlib import Path

from server import disk
from server.photos.photo_store import gone, is_name, require_name


class FolderPhotos:
    """A PhotoStore in ``folder``, in 256 folders below it."""

    def __init__(self, folder: Path) -> None:
        """Raises ConfigInvalid where the folder cannot be written."""
        self._folder = disk.require_folder(folder)

    def write(self, name: str, photo: bytes) -> None:
        """Keep the bytes; on return they survive a power cut. Raises StorageFull, with nothing half left."""
        disk.write_durably(self._folder / require_name(name), photo)

    def read(self, name: str) -> bytes:
        """The bytes as they were written. Raises PhotoGone."""
        if not is_name(name):
            raise gone()
        try:
            return (self._folder / name).read_bytes()
        except FileNotFoundError as error:
            raise gone() from error

    def remove(self, name: str) -> None:
        """Remove them for good; absent is no error, nor is a name of another place."""
        if is_name(name):
            disk.remove(self._folder / name)
