"""Cases as rows: the mapping between the store's tables and ``device.case``."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from device.amendment import Amendment, Draft, Kind
from device.case import EVERYTHING, SCOPES, Case, CaseDetails, Consent, Origin, Photo, Scope, State, utc
from device.clock import Moment
from device.errors import CaseUnknown, GuardianNeeded
from device.store.children import Children, by_case
from device.store.standing import face_checks, standing_of

DETAILS = ("subject", "lesion", "body_site", "age_band", "sex", "retake_of")
"""The columns of ``cases`` that are fields of CaseDetails."""

CONSENT_FIELDS = (*SCOPES, "guardian")
"""The fields of Consent; in ``cases`` their columns begin with ``consent_``."""

_AMENDED = ("subject", "lesion", "body_site", "age_band", "sex")


def get_case(connection: sqlite3.Connection, case_id: str) -> Case:
    """One case, whoever may see it. Raises CaseUnknown."""
    return visible_case(connection, case_id, EVERYTHING)


def visible_case(connection: sqlite3.Connection, case_id: str, scope: Scope) -> Case:
    """One case as ``scope`` shows it. Raises CaseUnknown where there is none within it."""
    rows = connection.execute("SELECT * FROM cases WHERE id = ?", (case_id,)).fetchall()
    cases = cases_from(connection, rows, scope)
    if not cases or not scope.admits(cases[0]):
        raise CaseUnknown("there is no such case: it may have been erased")
    return cases[0]


def cases_from(
    connection: sqlite3.Connection, rows: Sequence[sqlite3.Row], scope: Scope = EVERYTHING
) -> tuple[Case, ...]:
    """The cases of some rows, in their order, with photos, newest predictions, amendments and
    how they stand with the server: seven queries, however many cases.
    """
    ids = [row["id"] for row in rows]
    photos = by_case(connection, "SELECT * FROM photos WHERE case_id IN ({}) ORDER BY number", ids)
    written = by_case(connection, "SELECT * FROM amendments WHERE case_id IN ({}) ORDER BY number", ids)
    newest = by_case(
        connection,
        "SELECT case_id, prediction FROM predictions WHERE number IN "
        "(SELECT max(number) FROM predictions WHERE case_id IN ({}) GROUP BY case_id)",
        ids,
    )
    checks = face_checks(connection, ids)
    standing = standing_of(connection, ids, checks)
    return tuple(
        scope.shown(
            replace(
                _case(row, photos, newest, written), face=checks.get(row["id"]), **standing.get(row["id"], {})
            )
        )
        for row in rows
    )


def _case(row: sqlite3.Row, photos: Children, newest: Children, written: Children) -> Case:
    case_id, state = row["id"], State(row["state"])
    prediction = newest[case_id][0]["prediction"] if case_id in newest else None
    return Case(
        number=row["number"],
        id=case_id,
        state=state,
        origin=Origin(row["origin"]),
        details=CaseDetails(**{name: row[name] for name in DETAILS}),
        photos=tuple(_photo_from(photo) for photo in photos.get(case_id, ())),
        prediction=json.loads(prediction) if prediction and state == State.CLASSIFIED else None,
        reason=row["reason"],
        captured_at=utc(row["wall_at"]) if case_id in photos else None,
        time_trusted=bool(row["wall_trusted"]),
        consent=Consent(*(bool(row[f"consent_{scope}"]) for scope in CONSENT_FIELDS)),
        amendments=tuple(_amendment_from(amendment) for amendment in written.get(case_id, ())),
    )


def _amendment_from(row: sqlite3.Row) -> Amendment:
    return Amendment(
        id=row["id"],
        kind=Kind(row["kind"]),
        content=json.loads(row["content"]),
        written_by=row["written_by"],
        phone_id=row["phone_id"],
        replaces=row["replaces"],
        written_at=utc(row["wall_at"]),
        time_trusted=bool(row["wall_trusted"]),
    )


def _photo_from(row: sqlite3.Row) -> Photo:
    columns = dict(row)
    del columns["case_id"]
    return Photo(**columns)


def insert_photo(t: sqlite3.Connection, case_id: str, photo: Photo) -> None:
    """Name a photo, already on disk, as the case's."""
    columns = vars(photo)
    t.execute(
        f"INSERT INTO photos (case_id, {', '.join(columns)}) VALUES ({', '.join('?' * (len(columns) + 1))})",
        (case_id, *columns.values()),
    )


def insert_amendment(t: sqlite3.Connection, case_id: str, draft: Draft, now: Moment) -> None:
    """Add an amendment. Raises IntegrityError where somebody else replaced the same one."""
    content = json.dumps(draft.content)
    written = (draft.id, case_id, draft.kind, content, draft.written_by, draft.phone_id, draft.replaces)
    t.execute(
        "INSERT INTO amendments (id, case_id, kind, content, written_by, phone_id, replaces, "
        "boot_id, boot_seconds, wall_at, wall_trusted) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*written, *moment_columns(now)),
    )


def apply_amendment(t: sqlite3.Connection, case_id: str, draft: Draft) -> None:
    """Details and consent are columns of the case besides: lists and scopes go by them."""
    columns: dict[str, Any] = {}
    if draft.kind is Kind.DETAILS:
        columns = {name: draft.content[name] for name in _AMENDED}
    elif draft.kind is Kind.CONSENT:
        columns = {f"consent_{field}": draft.content.get(field, False) for field in CONSENT_FIELDS}
    if columns:
        setting = ", ".join(f"{name} = ?" for name in columns)
        t.execute(f"UPDATE cases SET {setting} WHERE id = ?", (*columns.values(), case_id))


def require_guardian(details: CaseDetails, draft: Draft) -> None:
    """Raise GuardianNeeded where a minor's consent is given by nobody who may."""
    given = draft.kind is Kind.CONSENT and Consent(**draft.content)
    if given and given.any and details.is_minor and not given.guardian:
        raise GuardianNeeded("guardian: a guardian consents for a minor: ask for that, and tick it")


def note_change(t: sqlite3.Connection, case_id: str, state: str, subject: str | None) -> None:
    """Note that a case entered a state, for whoever follows the changes."""
    t.execute("INSERT INTO changes (case_id, state, subject) VALUES (?, ?, ?)", (case_id, state, subject))


def scope_sql(scope: Scope) -> tuple[str, tuple[str, ...]]:
    """A scope as a condition and its values."""
    if scope.subject is not None:
        return "subject = ?", (scope.subject,)
    if scope.case_id is not None:
        return "id = ?", (scope.case_id,)
    return "1", ()


def moment_columns(moment: Moment) -> tuple[str, float, str, bool]:
    """A moment as ``boot_id, boot_seconds, wall_at, wall_trusted``."""
    return moment.boot_id, moment.boot_seconds, moment.wall_at.isoformat(), moment.trusted


def moment_from(row: sqlite3.Row) -> Moment:
    """The moment in a row's columns."""
    return Moment(row["boot_id"], row["boot_seconds"], utc(row["wall_at"]), bool(row["wall_trusted"]))
