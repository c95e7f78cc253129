"""Cases as rows: the mapping between the store's tables and ``device.case``."""

import json
import sqlite3

from device.case import EVERYTHING, Case, CaseDetails, Consent, Origin, Photo, Scope, State, utc
from device.clock import Moment
from device.errors import CaseUnknown

DETAILS = ("subject", "lesion", "body_site", "age_band", "sex", "retake_of")
"""The columns of ``cases`` that are fields of CaseDetails."""


def get_case(connection: sqlite3.Connection, case_id: str) -> Case:
    """One case, whoever may see it. Raises CaseUnknown."""
    return visible_case(connection, case_id, EVERYTHING)


def visible_case(connection: sqlite3.Connection, case_id: str, scope: Scope) -> Case:
    """One case. Raises CaseUnknown where there is none within ``scope``."""
    row = connection.execute("SELECT * FROM cases WHERE id = ?", (case_id,)).fetchone()
    case = case_from(connection, row) if row else None
    if case is None or not scope.admits(case):
        raise CaseUnknown("there is no such case: it may have been erased")
    return case


def case_from(connection: sqlite3.Connection, row: sqlite3.Row) -> Case:
    """The case of a row, with its photos and its newest prediction."""
    rows = connection.execute("SELECT * FROM photos WHERE case_id = ? ORDER BY number", (row["id"],))
    photos = tuple(_photo_from(photo) for photo in rows)
    latest = connection.execute(
        "SELECT prediction FROM predictions WHERE case_id = ? ORDER BY number DESC LIMIT 1", (row["id"],)
    ).fetchone()
    state = State(row["state"])
    return Case(
        number=row["number"],
        id=row["id"],
        state=state,
        origin=Origin(row["origin"]),
        details=CaseDetails(**{name: row[name] for name in DETAILS}),
        photos=photos,
        prediction=json.loads(latest["prediction"]) if latest and state == State.CLASSIFIED else None,
        reason=row["reason"],
        captured_at=utc(row["wall_at"]) if photos else None,
        time_trusted=bool(row["wall_trusted"]),
        consent=Consent(*(bool(row[f"consent_{scope}"]) for scope in ("analyse", "review", "train"))),
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
