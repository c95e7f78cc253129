"""What was taken back since a backup: it stays so, where the database that is replaced can still be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from device.case import SCOPES
from server.backup.reading import reading, sqlite_url
from server.errors import Refused
from server.parts import Parts
from server.store.tables import cases, kiosks, tombstones

_COLUMNS = tuple(f"consent_{scope}" for scope in SCOPES)


@dataclass(frozen=True)
class Withdrawn:
    """By ids: erased cases with their kiosk, the consents that hold of the others, and revoked kiosks."""

    erased: Mapping[str, str]
    consents: Mapping[str, tuple[bool, ...]]
    revoked: frozenset[str]


def read_withdrawn(database: str) -> Withdrawn:
    """From ``database``, SQLite's file or PostgreSQL's URL, of this or an older program. Raises Refused."""
    is_url = "://" in database
    if not is_url and not Path(database).exists():
        raise Refused(f"there is no {database}: name the database that is replaced")
    with reading(database if is_url else sqlite_url(Path(database))) as r:
        return _read(r)


def withdraw(parts: Parts, withdrawn: Withdrawn) -> int:
    """Erase, narrow and revoke in ``parts`` what was since; how much changed."""
    return sum(
        (
            _erase(parts, withdrawn.erased),
            sum(_narrow(parts, *each) for each in withdrawn.consents.items()),
            _revoke(parts, withdrawn.revoked),
        )
    )


def _read(r: sa.Connection) -> Withdrawn:
    erased = r.execute(sa.select(tombstones.c.case_id, tombstones.c.kiosk_id))
    consents = r.execute(sa.select(cases.c.id, *(cases.c[name] for name in _COLUMNS)))
    revoked = r.execute(sa.select(kiosks.c.id).where(kiosks.c.revoked_at.is_not(None)))
    return Withdrawn(
        {row.case_id: row.kiosk_id for row in erased},
        {row.id: tuple(row[1:]) for row in consents},
        frozenset(revoked.scalars()),
    )


def _erase(parts: Parts, erased: Mapping[str, str]) -> int:
    """A kiosk that is not here yet has no case here either."""
    with parts.database.read() as r:
        known = set(r.execute(sa.select(kiosks.c.id)).scalars())
        already = set(r.execute(sa.select(tombstones.c.case_id)).scalars())
    wanted = {case: kiosk for case, kiosk in erased.items() if kiosk in known and case not in already}
    for case_id, kiosk_id in wanted.items():
        parts.cases.erase(kiosk_id, case_id)
    return len(wanted)


def _narrow(parts: Parts, case_id: str, given: tuple[bool, ...]) -> bool:
    """Whether anything was taken away; nothing is given back."""
    here = cases.c.id == case_id
    with parts.database.transaction() as t:
        row = t.execute(sa.select(*(cases.c[name] for name in _COLUMNS)).where(here)).one_or_none()
        left = None if row is None else tuple(had and has for had, has in zip(row, given, strict=True))
        if row is None or left is None or left == tuple(row):
            return False
        values = dict(zip(_COLUMNS, left, strict=True))
        t.execute(cases.update().where(here).values(**values, changed_at=parts.clock()))
        parts.settling.settle(t, case_id)
    return True


def _revoke(parts: Parts, revoked: frozenset[str]) -> int:
    query = sa.select(kiosks.c.id, kiosks.c.name).where(kiosks.c.revoked_at.is_(None))
    with parts.database.read() as r:
        names = [row.name for row in r.execute(query) if row.id in revoked]
    for name in names:
        parts.kiosks.revoke(name)
    return len(names)
