"""Alarms: ids that came with other contents, which no kiosk that works does."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from server.store.database import Database
from server.store.tables import cases, conflicts, kiosks


@dataclass(frozen=True)
class Alarm:
    """Case ``case`` came from ``kiosk`` with other contents, whose digest is ``sha256``. ``kept_from`` is the
    name of the kiosk whose record is kept, None where that was erased since.
    """

    case: str
    kiosk: str
    kept_from: str | None
    sha256: str
    seen_at: datetime


def alarms(database: Database) -> tuple[Alarm, ...]:
    """All of them, oldest first."""
    sender, keeper = kiosks.alias(), kiosks.alias()
    query = (
        sa.select(conflicts, sender.c.name.label("kiosk"), keeper.c.name.label("kept_from"))
        .join(sender, sender.c.id == conflicts.c.kiosk_id)
        .outerjoin(cases, cases.c.id == conflicts.c.case_id)
        .outerjoin(keeper, keeper.c.id == cases.c.kiosk_id)
        .order_by(conflicts.c.number)
    )
    with database.read() as r:
        return tuple(
            Alarm(row.case_id, row.kiosk, row.kept_from, row.sha256, row.seen_at) for row in r.execute(query)
        )
