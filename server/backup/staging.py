"""A home beside the real one, in which an archive is made true before anything of it counts."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from device.durable import sync_folder
from server.backup.alone import alone_with
from server.backup.archive import PHOTOS_FOLDER
from server.config import CONFIG_FILE, DATABASE_FILE, ServerSettings
from server.receipts import KEY_FILE

_STAGING = ".restoring"


@contextmanager
def staging_in(home: Path) -> Iterator[Path]:
    """An empty folder on the disk of ``home``, whatever a kill left there; gone at the end."""
    staging = home / _STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    try:
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def within(staging: Path, real: ServerSettings) -> ServerSettings:
    """The same server with photos and uploads in ``staging``, wherever they lie; a bucket stays one."""
    config = real.config
    photos = config.photos.model_copy(update={"folder": None})
    uploads = config.uploads.model_copy(update={"folder": None})
    staged = config.model_copy(update={"photos": photos, "uploads": uploads})
    return replace(real, home=staging, config=staged)


def photos_in(staging: Path) -> set[str]:
    """Every photo by its name, the place's mark too."""
    folder = staging / PHOTOS_FOLDER
    return {str(path.relative_to(folder)) for path in folder.glob("*/*")}


def put_in_place(staging: Path, home: Path, photos: Path, database: Path | None) -> None:
    """Keys and ``photos``, all of it durable, and only then ``database``, where the rows are in a file."""
    for name in (KEY_FILE, CONFIG_FILE):
        (staging / name).replace(home / name)
    _replace_photos(staging / PHOTOS_FOLDER, photos)
    if database is not None:
        with alone_with(staging / DATABASE_FILE):
            pass  # which leaves one file, whatever was written into it last
    os.sync()
    if database is not None:
        (staging / DATABASE_FILE).replace(database)
        sync_folder(database.parent)


def _replace_photos(staged: Path, place: Path) -> None:
    """What lies in ``place``, which may be on another disk, goes; nothing where there are no staged ones."""
    if not staged.exists():
        return
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in place.glob("[0-9a-f][0-9a-f]"):
        shutil.rmtree(old)
    for new in staged.iterdir():
        shutil.move(new, place / new.name)
