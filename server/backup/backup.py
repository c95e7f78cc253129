"""Backup: a home as it was at one moment, taken while its server runs.

The rows come first, then the photos that they name. A photo that came later is not looked for; one that went
in between is missed, and restoring settles its row. The other way round a row would name what came too late,
and a photo that was erased would lie in the archive without a row that tells of it.
"""

import io
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from server.backup.archive import PHOTOS_FOLDER, VERSION, ArchiveWriter, Contents, new_archive
from server.backup.reading import reading, sqlite_file, sqlite_url
from server.clock import Clock
from server.config import CONFIG_FILE, DATABASE_FILE, ServerSettings
from server.errors import PhotoGone, Refused
from server.photos.marking import MARK
from server.photos.opening import open_photos
from server.receipts import KEY_FILE
from server.store.engines import open_engine
from server.store.tables import photos


@dataclass(frozen=True)
class Backup:
    """An archive that was made: how many photos are in it, and how many went while it was made.

    ``left`` says in words what an admin has to keep in other ways.
    """

    path: Path
    photos: int
    gone: int
    left: tuple[str, ...]


def back_up(settings: ServerSettings, target: Path, clock: Clock) -> Backup:
    """Make an archive of the home in ``target``: a folder, or the name of a file that is not there yet.

    The database is only read: one of another version stays as it is. Raises Refused, StorageFull or OSError.
    """
    made_at = clock()
    path = _new_file(target, made_at)
    with new_archive(path) as archive:
        archive.add(CONFIG_FILE, io.BytesIO(_read(settings.home / CONFIG_FILE) or b""))
        archive.add(KEY_FILE, io.BytesIO(_key(settings.home)))
        database, names = _rows(archive, settings, path.parent)
        kept, gone = (0, 0) if settings.config.photos.url else _photos(archive, settings, names)
        archive.end(Contents(version=VERSION, made_at=made_at, database=database, sha256=archive.sha256))
    return Backup(path, kept, gone, tuple(_left(settings, database)))


def _new_file(target: Path, made_at: datetime) -> Path:
    path = target / f"kiosk-server-{made_at:%Y%m%dT%H%M%SZ}.tar" if target.is_dir() else target
    if not path.parent.is_dir():
        raise Refused(f"{path.parent} is no folder: make it first, or mount the disk that holds it")
    if path.exists():
        raise Refused(f"{path} is there already: name another file, or a folder")
    return path.absolute()


def _key(home: Path) -> bytes:
    key = _read(home / KEY_FILE)
    if key is None:
        raise Refused(f"{home} is no server's home: name the one that it runs on with --home")
    return key


def _rows(
    archive: ArchiveWriter, settings: ServerSettings, beside: Path
) -> tuple[Literal["sqlite", "postgresql"], list[str]]:
    """Which database it is, and the photos' files that it names. SQLite's goes into the archive."""
    database = sqlite_file(settings.database_url)
    if database is None:
        return "postgresql", _files_named(settings.database_url)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".kiosk-server-") as staging:
        copy = Path(staging) / DATABASE_FILE
        _copy(database, copy)
        names = _files_named(sqlite_url(copy))
        with copy.open("rb") as file:
            archive.add(DATABASE_FILE, file)
    return "sqlite", names


def _copy(database: Path, copy: Path) -> None:
    """By SQLite's online backup: one state of the data, whoever writes meanwhile. Raises Refused."""
    if not database.exists():
        raise Refused(f"there is no {database}: start the server once, or name its home with --home")
    engines = [open_engine(sqlite_url(database)), sa.create_engine(sqlite_url(copy))]
    try:
        with closing(engines[0].raw_connection()) as here, closing(engines[1].raw_connection()) as there:
            source: Any = here.driver_connection
            source.backup(there.driver_connection)
        with engines[1].connect() as copied:
            found = copied.exec_driver_sql("PRAGMA quick_check").scalar()
    except DBAPIError as error:
        raise Refused(f"the database cannot be read: {error.orig}") from error
    finally:
        for engine in engines:
            engine.dispose()
    if found != "ok":
        raise Refused("the database is damaged: stop the server and restore the latest backup")


def _files_named(url: str) -> list[str]:
    with reading(url) as r:
        query = sa.select(photos.c.file).where(photos.c.file.is_not(None))
        return list(r.execute(query.order_by(photos.c.file)).scalars())


def _photos(archive: ArchiveWriter, settings: ServerSettings, names: Iterable[str]) -> tuple[int, int]:
    """How many were kept, and how many went since the rows were read."""
    place = open_photos(None, settings.home / (settings.config.photos.folder or "photos"))
    kept = gone = 0
    archive.add(PHOTOS_FOLDER + MARK, io.BytesIO(place.read(MARK)))
    for name in names:
        try:
            content = place.read(name)
        except PhotoGone:
            gone += 1
            continue
        archive.add(PHOTOS_FOLDER + name, io.BytesIO(content))
        kept += 1
    return kept, gone


def _left(settings: ServerSettings, database: str) -> Iterable[str]:
    if database == "postgresql":
        yield "the database is not in it: keep what pg_dump wrote before this"
    if settings.config.photos.url:
        yield f"the photos are not in it: they are in {settings.config.photos.url}"


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None
