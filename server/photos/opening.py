"""The one place that knows where photos may lie."""

from pathlib import Path

from server.errors import ConfigInvalid
from server.photos.folder import FolderPhotos
from server.photos.photo_store import PhotoStore


def open_photos(url: str | None, folder: Path) -> PhotoStore:
    """The bucket that ``url`` names, or ``folder`` where it is None. Raises ConfigInvalid."""
    if url is None:
        return FolderPhotos(folder)
    try:
        from server.photos.bucket import open_bucket
    except ModuleNotFoundError as error:
        words = f"photos.url: {error.name} is missing, pip install 'skin-kiosk[s3]'"
        raise ConfigInvalid(words) from error
    return open_bucket(url)
