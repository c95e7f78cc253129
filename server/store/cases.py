"""Cases at the server: kept once, changed by changes, erased for good; each call one transaction."""

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from device.case import SCOPES
from device.wire.canonical import sha256_of
from device.wire.change import LARGEST_CHANGE_BYTES, Change, ChangeKind
from device.wire.receipt import PhotoState
from device.wire.record import LARGEST_RECORD_BYTES, Record, Scopes, record_digest
from server.clock import Clock
from server.errors import BodyInvalid, CaseConflict, CaseErased
from server.store.case_rows import ServerCase, get_case, is_erased
from server.store.database import Database, hold
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
        record, sha256 = parse_record(body, case_id)
        try:
            with self._database.transaction() as t:
                hold(t, case_id)
                if is_erased(t, case_id):
                    raise CaseErased("this case was erased: its id is not taken again")
                self._insert(t, kiosk_id, record, body, sha256)
                return Kept(self._settling.settle(t, case_id), sha256, True)
        except sa.exc.IntegrityError:
            return self._known(kiosk_id, record, sha256)

    def change(self, kiosk_id: str, case_id: str, body: bytes) -> tuple[Kept, Change]:
        """Keep a change; consent takes effect at once. The same bytes again change nothing.

        Raises BodyInvalid, CaseUnknown, CaseErased or CaseConflict.
        """
        change, sha256 = parse_change(body), sha256_of(body)
        try:
            with self._database.transaction() as t:
                get_case(t, case_id, kiosk_id, lock=True)
                t.execute(
                    changes.insert().values(
                        id=change.id,
                        case_id=case_id,
                        kind=change.kind,
                        change=body,
                        sha256=sha256,
                        received_at=self._clock(),
                    )
                )
                if change.kind is ChangeKind.CONSENT:
                    self._consent(t, case_id, Scopes.model_validate(change.content))
                return Kept(self._settling.settle(t, case_id), sha256, True), change
        except sa.exc.IntegrityError:
            return self._known_change(kiosk_id, case_id, change, sha256), change

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

    def _insert(self, t: sa.Connection, kiosk_id: str, record: Record, body: bytes, sha256: str) -> None:
        now = self._clock()
        t.execute(
            cases.insert().values(
                id=record.id,
                kiosk_id=kiosk_id,
                record=_without_thumbnail(body),
                record_sha256=sha256,
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

    def _known(self, kiosk_id: str, record: Record, sha256: str) -> Kept:
        """The id was taken: by the very same record, or by another."""
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

    def _known_change(self, kiosk_id: str, case_id: str, change: Change, sha256: str) -> Kept:
        with self._database.read() as r:
            case = get_case(r, case_id, kiosk_id)
            row = r.execute(sa.select(changes).where(changes.c.id == change.id)).one()
        if (row.case_id, row.sha256) != (case_id, sha256):
            raise CaseConflict("this change is known with other contents: nothing was changed")
        return Kept(case, sha256, False)

    def _consent(self, t: sa.Connection, case_id: str, scopes: Scopes) -> None:
        t.execute(
            cases.update()
            .where(cases.c.id == case_id)
            .values(**_consent_columns(scopes), changed_at=self._clock())
        )


def parse_record(body: bytes, case_id: str) -> tuple[Record, str]:
    """Read a record; with its digest. Raises BodyInvalid, which names the field and never its value."""
    _require_size(body, LARGEST_RECORD_BYTES)
    try:
        record = Record.model_validate_json(body)
        sha256 = record_digest(json.loads(body))
    except ValidationError as error:
        raise BodyInvalid(_first_fault(error)) from error
    except ValueError as error:
        raise BodyInvalid("body: this is not JSON that both ends would write alike") from error
    if record.id != case_id:
        raise BodyInvalid("id: the record is of another case than the address")
    if not record.consent.any:
        raise BodyInvalid("consent: no scope is given, so nothing may be sent")
    return record, sha256


def parse_change(body: bytes) -> Change:
    """Read a change. Raises BodyInvalid, which names the field and never its value."""
    _require_size(body, LARGEST_CHANGE_BYTES)
    try:
        change = Change.model_validate_json(body)
        if change.kind is ChangeKind.CONSENT:
            Scopes.model_validate(change.content)
    except ValidationError as error:
        raise BodyInvalid(_first_fault(error)) from error
    return change


def _without_thumbnail(body: bytes) -> bytes:
    """The record as it is kept: what shows skin lies with the photo, and goes with it."""
    return json.dumps(json.loads(body) | {"thumbnail": None}).encode()


def _require_size(body: bytes, largest_bytes: int) -> None:
    if len(body) > largest_bytes:
        raise BodyInvalid(f"what was sent has {len(body)} bytes, {largest_bytes} are allowed")


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}"


def _consent_columns(scopes: Scopes) -> dict[str, bool]:
    return {f"consent_{name}": getattr(scopes, name) for name in SCOPES}


def record_of(case: ServerCase) -> dict[str, Any]:
    """The record as it came, unknown fields and all."""
    return dict(json.loads(case.record))
