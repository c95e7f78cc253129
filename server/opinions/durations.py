"""How long opinions took lately, from the rows alone: every process, on any machine, tells the same."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from server.store.database import Database
from server.store.tables import cases, kiosks, opinions, photos

MOST_CASES = 1_000
LATELY = timedelta(days=1)


@dataclass(frozen=True)
class Durations:
    """Seconds, ascending: from the case's record to its opinion, from the first photo's last byte to the
    opinion, and of the inference within. One number for each opinion that tells it.
    """

    since_record: tuple[float, ...]
    since_photo: tuple[float, ...]
    inference: tuple[float, ...]


def durations_lately(database: Database, now: datetime) -> Durations:
    """Those of the newest ``MOST_CASES`` answered cases whose record came within ``LATELY``.

    The time from the record includes its photo's way here; that from the photo is the server's own, and also
    includes a time in which the photo was held, or nobody might look at it. Raises Overloaded.
    """
    with database.read() as r:
        rows = r.execute(_opinions_of(_newest(now - LATELY))).all()
    return Durations(
        since_record=_ascending((row.given_at - row.record_at).total_seconds() for row in rows),
        # A photo that came once more, for a consent that was widened since, is no start of this opinion.
        since_photo=_ascending(
            (row.given_at - row.photo_at).total_seconds()
            for row in rows
            if row.photo_at is not None and row.photo_at <= row.given_at
        ),
        inference=_ascending(row.milliseconds / 1000 for row in rows if row.milliseconds is not None),
    )


def quantile(ascending: tuple[float, ...], share: float) -> float:
    """The least of these that so great a share (above 0, 1 at most) of them does not exceed; there is one."""
    return ascending[math.ceil(share * len(ascending)) - 1]


def _newest(after: datetime) -> sa.Subquery:
    """By kiosk, as the index on cases has them, so that nothing grows with what was answered long ago."""
    return (
        sa.select(cases.c.id, cases.c.received_at)
        .where(
            cases.c.kiosk_id.in_(sa.select(kiosks.c.id)),
            cases.c.received_at > after,
            sa.exists().where(opinions.c.case_id == cases.c.id),
        )
        .order_by(cases.c.received_at.desc())
        .limit(MOST_CASES)
        .subquery()
    )


def _opinions_of(
    newest: sa.Subquery,
) -> "sa.Select[tuple[datetime, datetime | None, datetime, float | None]]":
    first_photo = sa.and_(photos.c.case_id == newest.c.id, photos.c.number == 0)
    return sa.select(
        newest.c.received_at.label("record_at"),
        photos.c.received_at.label("photo_at"),
        opinions.c.given_at,
        opinions.c.prediction[("milliseconds", "inference")].as_float().label("milliseconds"),
    ).select_from(newest.join(opinions, opinions.c.case_id == newest.c.id).join(photos, first_photo))


def _ascending(found: Iterable[float]) -> tuple[float, ...]:
    return tuple(sorted(found))
