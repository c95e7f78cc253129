"""What each kiosk is to be told, in its own order without gaps."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from device.wire.update import Update, UpdateKind
from server.clock import Clock
from server.store.database import Database
from server.store.tables import cases, kiosks, updates

_MOST_AT_ONCE = 200


@dataclass(frozen=True)
class News:
    """What one kiosk is to be told; ``case_id`` is None for what is about no case."""

    kiosk_id: str
    kind: UpdateKind
    case_id: str | None
    content: dict[str, Any]


def tell(t: sa.Connection, clock: Clock, news: News) -> None:
    """Add an update within the transaction that makes it true.

    The count is the kiosk's own row, which this transaction holds until it ends: so what has a
    higher cursor was also committed later, and nobody who asks by cursor misses one.
    """
    here = kiosks.c.id == news.kiosk_id
    t.execute(kiosks.update().where(here).values(last_update=kiosks.c.last_update + 1))
    cursor = t.execute(sa.select(kiosks.c.last_update).where(here)).scalar_one()
    t.execute(updates.insert().values(**vars(news), cursor=cursor, told_at=clock()))


def tell_about(
    t: sa.Connection, clock: Clock, case_id: str, kind: UpdateKind, content: dict[str, Any] | None = None
) -> None:
    """Tell the kiosk of a case about it; ``content`` None is nothing more."""
    kiosk_id = t.execute(sa.select(cases.c.kiosk_id).where(cases.c.id == case_id)).scalar_one()
    tell(t, clock, News(kiosk_id, kind, case_id, content or {}))


class KioskUpdates:
    """Read by cursor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def after(self, kiosk_id: str, cursor: int) -> tuple[Update, ...]:
        """The kiosk's next updates after ``cursor``, oldest first, ``_MOST_AT_ONCE`` at most."""
        query = (
            sa.select(updates)
            .where(updates.c.kiosk_id == kiosk_id, updates.c.cursor > cursor)
            .order_by(updates.c.cursor)
            .limit(_MOST_AT_ONCE)
        )
        with self._database.read() as r:
            return tuple(
                Update(
                    cursor=row.cursor, kind=row.kind, case=row.case_id, content=row.content, at=row.told_at
                )
                for row in r.execute(query)
            )

    def newest(self, kiosk_ids: Collection[str]) -> dict[str, int]:
        """How far the count of each of these kiosks is; 0 for one that was never told anything."""
        query = sa.select(kiosks.c.id, kiosks.c.last_update).where(kiosks.c.id.in_(kiosk_ids))
        with self._database.read() as r:
            return {row.id: row.last_update for row in r.execute(query)}
