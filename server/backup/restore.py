"""Restore: an archive becomes a whole home beside the real one, is made true there, and takes its place.

Killed at any moment, it can be done again: the database, without which a home is empty, comes last.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from server.backup.alone import alone_with, require_nobody_at
from server.backup.archive import Contents
from server.backup.reading import sqlite_file
from server.backup.reconciling import reconcile_kiosks, reconcile_photos
from server.backup.staging import photos_in, put_in_place, staging_in, within
from server.backup.unpacking import unpack
from server.backup.withdrawn import Withdrawn, read_withdrawn, withdraw
from server.config import ServerSettings, load_settings
from server.disk import room_needed
from server.errors import Refused
from server.parts import Parts
from server.store.database import Database
from server.store.tables import kiosks

Build = Callable[[ServerSettings], Parts]


@dataclass(frozen=True)
class Restored:
    """What was put back. ``missing`` photos were named by rows and not in the archive; ``withdrawn`` is how
    much of what was taken back since stays so.
    """

    contents: Contents
    missing: int
    withdrawn: int


def restore(archive: Path, settings: ServerSettings, build: Build, newer: str | None) -> Restored:
    """Put ``archive`` back into a home that holds no kiosk; ``build`` makes parts over settings.

    What was taken back in the database ``newer``, a file or a URL, is taken back again. Raises Refused, after
    which the home is as it was; ConfigInvalid, StorageFull or OSError.
    """
    _require_owner(settings.home)
    since, database = read_withdrawn(newer) if newer else None, sqlite_file(settings.database_url)
    with _nobody_at(settings, database), staging_in(settings.home) as staging, room_needed():
        contents = unpack(archive, staging)
        _require_database(contents, database)
        real = load_settings(staging, None if database else settings.database_url)
        restored = _make_true(build(within(staging, real)), contents, since, staging)
        photos = settings.home / (real.config.photos.folder or "photos")
        put_in_place(staging, settings.home, photos, database)
    return restored


def _make_true(parts: Parts, contents: Contents, since: Withdrawn | None, staging: Path) -> Restored:
    try:
        # First, while the newest row is still one of the backup's.
        reconcile_kiosks(parts.database, contents.made_at, parts.clock())
        withdrawn = withdraw(parts, since) if since else 0
        missing = 0 if parts.config.photos.url else reconcile_photos(parts, photos_in(staging))
        parts.removals.pay_all()
    finally:
        parts.database.close()
    return Restored(contents, missing, withdrawn)


def _require_owner(home: Path) -> None:
    if home.stat().st_uid != os.geteuid():
        raise Refused(f"another user owns {home}: restore as that one, or the server cannot read it")


def _require_database(contents: Contents, file: Path | None) -> None:
    if contents.database == "sqlite" and file is None:
        raise Refused("the backup is of SQLite: restore it without --database, then move it")
    if contents.database == "postgresql" and file is not None:
        raise Refused("the backup is of PostgreSQL: load its dump, and name that with --database")


def _nobody_at(settings: ServerSettings, file: Path | None) -> AbstractContextManager[None]:
    return _nobody_at_loaded(settings.database_url) if file is None else _nobody_at_file(file)


@contextmanager
def _nobody_at_loaded(url: str) -> Iterator[None]:
    """The admin loaded the dump, and no server is at work on it yet."""
    loaded = Database(url)
    try:
        with loaded.read() as r:
            require_nobody_at(r)
            if not _has_kiosks(r):
                raise Refused("there is no kiosk in the database: load what pg_dump wrote, then restore")
    finally:
        loaded.close()
    yield


@contextmanager
def _nobody_at_file(path: Path) -> Iterator[None]:
    """There is no kiosk in it, and no server can start with it meanwhile."""
    try:
        with alone_with(path) as here:
            if _has_kiosks(here):
                raise Refused(
                    f"there are kiosks in {path}: move it away with what lies beside it, and name it with "
                    "--withdrawn-in, so that what was erased since stays erased"
                )
            yield
    finally:
        if path.stat().st_size == 0:  # made here, to be held
            path.unlink()


def _has_kiosks(r: sa.Connection) -> bool:
    return sa.inspect(r).has_table(kiosks.name) and r.execute(sa.select(kiosks.c.id)).first() is not None
