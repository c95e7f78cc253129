"""Cases at the server: kept once, changed by changes, erased for good; each call one transaction."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from device.case import SCOPES
from device.wire.change import Change, ChangeKind
from device.wire.receipt import PhotoState
from device.wire.record import Scopes
from server.clock import Clock
from server.errors import CaseConflict, CaseErased
from server.store.case_rows import ServerCase, get_case, is_erased
from server.store.database import Database, hold
from server.store.received import ReceivedChange, ReceivedRecord, parse_change, parse_record
from server.store.settling import Settling, drop_photo
from server.store.tables import cases, changes, conflicts, opinions, photos, tombstones, updates


@dataclass(frozen=True)
class Kept:
    """What a call kept: the case as it now is, the digest of what came, and whether it was new."""

    case: ServerCase
    sha256: str
    new: bool


class Cases:
    """All kiosks' cases; every call names the kiosk that asks."""

    def __init__(self, database: Database, clock: Clock, settling: Settling) -> None:
        self._database = database
        self._clock = clock
        self._settling = settling

    def put(self, kiosk_id: str, case_id: str, body: bytes) -> Kept:
        """Keep a record. The same again changes nothing, but for consent, which it may narrow.

        Raises BodyInvalid, CaseErased, or CaseConflict where the id came with other contents, of which a
        line is kept for the admin.
        """
        received = parse_record(body, case_id)
        try:
            with self._database.transaction() as t:
                hold(t, case_id)
                if is_erased(t, case_id):
                    raise CaseErased("this case was erased: its id is not taken again")
                self._insert(t, kiosk_id, received)
                return Kept(self._settling.settle(t, case_id), received.sha256, True)
        except sa.exc.IntegrityError:
            return self._known(kiosk_id, received)

    def change(self, kiosk_id: str, case_id: str, body: bytes) -> tuple[Kept, Change]:
        """Keep a change; consent takes effect at once. The same bytes again change nothing.

        Raises BodyInvalid, CaseUnknown, CaseErased or CaseConflict.
        """
        received = parse_change(body)
        change = received.change
        try:
            with self._database.transaction() as t:
                get_case(t, case_id, kiosk_id, lock=True)
                t.execute(
                    changes.insert().values(
                        id=change.id,
                        case_id=case_id,
                        kind=change.kind,
                        change=received.body,
                        sha256=received.sha256,
                        received_at=self._clock(),
                    )
                )
                if change.kind is ChangeKind.CONSENT:
                    self._consent(t, case_id, Scopes.model_validate(change.content))
                return Kept(self._settling.settle(t, case_id), received.sha256, True), change
        except sa.exc.IntegrityError:
            return self._known_change(kiosk_id, case_id, received), change

    def erase(self, kiosk_id: str, case_id: str) -> None:
        """Erase everything but the id. Again, or for a case that never came, is no error: nothing is here.

        Raises CaseUnknown where it is another kiosk's.
        """
        with self._database.transaction() as t:
            hold(t, case_id)  # a record on its way at this moment would not see the tombstone
            if is_erased(t, case_id):
                return
            if t.execute(sa.select(cases.c.id).where(cases.c.id == case_id)).first():
                case = get_case(t, case_id, kiosk_id, lock=True)
                for photo in case.photos:
                    drop_photo(t, case_id, photo, PhotoState.DROPPED)
                self._settling.orders.cancel(t, case_id)
                t.execute(cases.delete().where(cases.c.id == case_id))
                t.execute(updates.update().where(updates.c.case_id == case_id).values(content={}))
            # A record that is still on its way then comes too late.
            t.execute(tombstones.insert().values(case_id=case_id, kiosk_id=kiosk_id, erased_at=self._clock()))

    def get(self, kiosk_id: str, case_id: str) -> ServerCase:
        """One case. Raises CaseUnknown or CaseErased."""
        with self._database.read() as r:
            return get_case(r, case_id, kiosk_id)

    def opinion(self, kiosk_id: str, case_id: str) -> dict[str, Any] | None:
        """The newest opinion; None where there is none yet. Raises CaseUnknown or CaseErased."""
        with self._database.read() as r:
            get_case(r, case_id, kiosk_id)
            query = sa.select(opinions.c.prediction).where(opinions.c.case_id == case_id)
            found = r.execute(query.order_by(opinions.c.given_at.desc())).first()
        return found.prediction if found else None

    def conflicts(self) -> int:
        """How often an id came with other contents."""
        with self._database.read() as r:
            return int(r.execute(sa.select(sa.func.count()).select_from(conflicts)).scalar_one())

    def _insert(self, t: sa.Connection, kiosk_id: str, received: ReceivedRecord) -> None:
        record, now = received.record, self._clock()
        t.execute(
            cases.insert().values(
                id=record.id,
                kiosk_id=kiosk_id,
                record=received.without_thumbnail(),
                record_sha256=received.sha256,
                urgent=record.urgent,
                received_at=now,
                changed_at=now,
                **_consent_columns(record.consent),
            )
        )
        for number, photo in enumerate(record.photos):
            t.execute(
                photos.insert().values(
                    case_id=record.id,
                    number=number,
                    sha256=photo.sha256,
                    size_bytes=photo.size_bytes,
                    content_type=photo.content_type,
                    state=PhotoState.UNWANTED,
                    thumbnail=None if number else record.thumbnail,
                )
            )

    def _known(self, kiosk_id: str, received: ReceivedRecord) -> Kept:
        """The id was taken: by the very same record, or by another."""
        record, sha256 = received.record, received.sha256
        with self._database.transaction() as t:
            case = get_case(t, record.id, lock=True)  # erased in the meantime, it is gone for the caller too
            if (case.kiosk_id, case.record_sha256) == (kiosk_id, sha256):
                self._narrow(t, case, record.consent)
                return Kept(self._settling.settle(t, record.id), sha256, False)
            t.execute(
                conflicts.insert().values(
                    kiosk_id=kiosk_id, case_id=record.id, sha256=sha256, seen_at=self._clock()
                )
            )
        raise CaseConflict("this case is known with other contents: nothing was changed, tell the admin")

    def _narrow(self, t: sa.Connection, case: ServerCase, scopes: Scopes) -> None:
        """Take away what is not given any more; a record that comes late gives nothing back."""
        left = {name: getattr(case, name) and given for name, given in _consent_columns(scopes).items()}
        if any(getattr(case, name) != given for name, given in left.items()):
            t.execute(cases.update().where(cases.c.id == case.id).values(**left, changed_at=self._clock()))

    def _known_change(self, kiosk_id: str, case_id: str, received: ReceivedChange) -> Kept:
        with self._database.read() as r:
            case = get_case(r, case_id, kiosk_id)
            row = r.execute(sa.select(changes).where(changes.c.id == received.change.id)).one()
        if (row.case_id, row.sha256) != (case_id, received.sha256):
            raise CaseConflict("this change is known with other contents: nothing was changed")
        return Kept(case, received.sha256, False)

    def _consent(self, t: sa.Connection, case_id: str, scopes: Scopes) -> None:
        t.execute(
            cases.update()
            .where(cases.c.id == case_id)
            .values(**_consent_columns(scopes), changed_at=self._clock())
        )


def _consent_columns(scopes: Scopes) -> dict[str, bool]:
    return {f"consent_{name}": getattr(scopes, name) for name in SCOPES}


def record_of(case: ServerCase) -> dict[str, Any]:
    """The record as it came, unknown fields and all."""
    return dict(json.loads(case.record))


def known_now(t: sa.Connection, case: ServerCase) -> dict[str, Any]:
    """The record with what later changes of kind ``details`` say in its place; what they leave out stays."""
    query = sa.select(changes.c.change).where(
        changes.c.case_id == case.id, changes.c.kind == ChangeKind.DETAILS
    )
    said = [json.loads(row.change) for row in t.execute(query.order_by(changes.c.received_at))]
    replaced = {change.get("replaces") for change in said}
    # A change that came after its own replacement does not hold, though it is the newest.
    holding = [change["content"] for change in said if change["id"] not in replaced]
    return record_of(case) | (holding[-1] if holding else {})
