"""How cases stand with the server: told from what is owed, what was receipted and what was answered."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from device.entry import Sync, SyncState
from device.face import FaceCheck, FaceChoice
from device.store.children import Children, by_case

_LOOKING = "faces on the photo are looked for before it is sent"
_BLURRING = "the face on the photo is blurred before it is sent"
_TRIED = "the last try did not go through: it is sent again by itself"
_HELD = "at the server, where somebody looks at the photo before anybody else does"
_LET_GO = "at the server, which had the photo and keeps it no more"


def standing_of(
    connection: sqlite3.Connection, ids: Sequence[str], checks: Mapping[str, FaceCheck]
) -> dict[str, dict[str, Any]]:
    """``sync`` and ``opinion`` of those cases that the server was ever owed."""
    delivered = by_case(connection, "SELECT * FROM deliveries WHERE case_id IN ({})", ids)
    if not delivered:
        return {}
    known = list(delivered)
    owed = by_case(connection, "SELECT * FROM outbox WHERE case_id IN ({}) ORDER BY fault IS NULL", known)
    newest = by_case(connection, "SELECT * FROM opinions WHERE case_id IN ({}) ORDER BY number DESC", known)
    return {
        # One that was withdrawn before the server had it is as if it was never owed.
        case_id: {
            "sync": _before_leaving(checks.get(case_id, FaceCheck()), _sync(case_id, rows[0], owed, newest)),
            "opinion": _opinion(newest.get(case_id)),
        }
        for case_id, rows in delivered.items()
        if rows[0]["receipt"] or case_id in owed or case_id in newest
    }


def face_checks(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, FaceCheck]:
    """What is known of the faces of those cases whose photos are, or will be, looked at."""
    found = by_case(connection, "SELECT * FROM faces WHERE case_id IN ({}) ORDER BY photo_number", ids)
    return {case_id: _check(rows) for case_id, rows in found.items()}


def _check(rows: list[sqlite3.Row]) -> FaceCheck:
    """One check of all photos: a case leaves as a whole."""
    chosen = next((row for row in rows if row["choice"]), None)
    return FaceCheck(
        found=None
        if any(row["boxes"] is None for row in rows)
        else any(row["boxes"] != "[]" for row in rows),
        choice=FaceChoice(chosen["choice"]) if chosen else None,
        chosen_by=chosen["chosen_by"] if chosen else None,
        fault=next((row["fault"] for row in rows if row["fault"]), None),
        is_waiting=any(row["waits_for"] for row in rows),
    )


def _before_leaving(check: FaceCheck, sync: Sync) -> Sync:
    """How it stands where faces keep it here; else ``sync``."""
    if sync.state is not SyncState.WAITING:
        return sync
    if check.fault:
        return replace(sync, state=SyncState.FAILED, reason=check.fault)
    if check.asks:
        return replace(sync, state=SyncState.ASKS)
    if check.is_waiting:
        return replace(sync, reason=_LOOKING if check.found is None else _BLURRING)
    return sync


def _opinion(rows: list[sqlite3.Row] | None) -> dict[str, Any] | None:
    return dict(json.loads(rows[0]["opinion"])) if rows else None


def _sync(case_id: str, delivery: sqlite3.Row, owed: Children, newest: Children) -> Sync:
    entries = owed.get(case_id, [])
    fault = entries[0]["fault"] if entries else None
    photos = json.loads(delivery["receipt"])["photos"] if delivery["receipt"] else []
    kept = [photo for photo in photos if photo["state"] == "kept"]
    found = partial(Sync, kept=bool(kept), kept_until=kept[0]["until"] if kept else None)
    if fault:
        return found(SyncState.FAILED, fault)
    if delivery["parked"]:
        return found(SyncState.PARKED, delivery["parked"])
    if case_id in newest:
        return found(SyncState.ANSWERED)
    if not entries:
        return found(SyncState.SENT, _of_photos({photo["state"] for photo in photos}))
    if any(entry["upload"] for entry in entries):
        return found(SyncState.SENDING)
    return found(SyncState.WAITING, _TRIED if any(entry["attempts"] for entry in entries) else None)


def _of_photos(states: set[str]) -> str | None:
    """What is to be said of a case that is at the server, by the states of its photos there."""
    if "held" in states:
        return _HELD
    return _LET_GO if states == {"dropped"} else None
