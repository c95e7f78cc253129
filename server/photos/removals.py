"""Files that are owed to the disk: rows that stay until the file is gone."""

import logging
from typing import Protocol

import sqlalchemy as sa

from server.errors import Overloaded, ServerError
from server.photos.photo_store import new_name
from server.store.database import Database, locked
from server.store.tables import removals

_SOON_SECONDS = 1
_log = logging.getLogger(__name__)


class Place(Protocol):
    """Where files lie; it knows its own names and lets others pass."""

    def remove(self, name: str) -> None:
        """Remove for good; absent is no error."""


class Removals:
    """Each one is paid in a transaction that holds its row, so nobody takes over a file that is going."""

    def __init__(self, database: Database, *places: Place) -> None:
        self._database = database
        self._places = places

    def owe_new_name(self) -> str:
        """A new photo's name, owed already: if its row never comes, its bytes go."""
        name = new_name()
        with self._database.transaction() as t:
            t.execute(removals.insert().values(file=name))
        return name

    def take_over(self, t: sa.Connection, name: str) -> None:
        """From here on a photo's row names the file. Raises Overloaded where its removal was quicker."""
        if t.execute(removals.delete().where(removals.c.file == name)).rowcount != 1:
            raise Overloaded("the server tidied up just now: ask again", _SOON_SECONDS)

    def pay(self, name: str) -> None:
        """Remove one file, unless it is owed no more. Raises OSError; then it stays owed."""
        owed = sa.select(removals).where(removals.c.file == name)
        with self._database.transaction() as t:
            if t.execute(locked(owed)).first() is None:
                return
            for place in self._places:
                place.remove(name)
            t.execute(removals.delete().where(removals.c.file == name))

    def pay_all(self) -> None:
        """Remove every file that is owed; one that does not go stays owed and stops no other."""
        with self._database.read() as r:
            names = r.execute(sa.select(removals.c.file)).scalars().all()
        for name in names:
            try:
                self.pay(name)
            except (OSError, ServerError) as error:
                _log.warning("a file that is owed to the disk stays: %s", type(error).__name__)
