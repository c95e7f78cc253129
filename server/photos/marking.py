"""The mark in the photos' place, which tells a machine that it looks at the right one.

Another machine with a folder of its own would find no photo there, and take every removal for done.
"""

import uuid

import sqlalchemy as sa

from server.errors import ConfigInvalid, PhotoGone
from server.photos.photo_store import PhotoStore
from server.store.database import Database, hold
from server.store.tables import photo_places

MARK = f"00/{'0' * 32}"
"""The name under which it lies; ``new_name`` never gives it."""


def require_same_place(database: Database, photos: PhotoStore) -> None:
    """Mark a new database's place; look for that mark from then on.

    Raises ConfigInvalid where ``photos`` is another place; StorageFull or Overloaded.
    """
    with database.transaction() as t:
        hold(t, photo_places.name)
        known, here = t.execute(sa.select(photo_places.c.mark)).scalar(), _mark_in(photos)
        if known is None:
            t.execute(photo_places.insert().values(mark=here or _put_mark(photos)))
        elif here != known:
            raise ConfigInvalid(
                "this is not where the database's photos lie: name the same photos.url on each machine, "
                "or a photos.folder that they share; after a loss, restore the photos with the database"
            )


def _mark_in(photos: PhotoStore) -> str | None:
    try:
        return photos.read(MARK).decode()
    except PhotoGone:
        return None


def _put_mark(photos: PhotoStore) -> str:
    mark = str(uuid.uuid4())
    photos.write(MARK, mark.encode())
    return mark
