"""How cases stand with the server: told from what is owed, what was receipted and what was answered."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from device.entry import Sync, SyncState
from device.store.children import Children, by_case


def standing_of(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """``sync`` and ``opinion`` of those cases that the server was ever owed."""
    delivered = by_case(connection, "SELECT * FROM deliveries WHERE case_id IN ({})", ids)
    if not delivered:
        return {}
    known = list(delivered)
    owed = by_case(connection, "SELECT * FROM outbox WHERE case_id IN ({}) ORDER BY fault IS NULL", known)
    newest = by_case(connection, "SELECT * FROM opinions WHERE case_id IN ({}) ORDER BY wall_at DESC", known)
    return {
        case_id: {"sync": _sync(case_id, rows[0], owed, newest), "opinion": _opinion(newest.get(case_id))}
        for case_id, rows in delivered.items()
    }


def _opinion(rows: list[sqlite3.Row] | None) -> dict[str, Any] | None:
    return dict(json.loads(rows[0]["opinion"])) if rows else None


def _sync(case_id: str, delivery: sqlite3.Row, owed: Children, newest: Children) -> Sync:
    entries = owed.get(case_id, [])
    fault = entries[0]["fault"] if entries else None
    kept, until = _kept(delivery["receipt"])
    if fault:
        return Sync(SyncState.FAILED, fault, kept, until)
    if delivery["parked"]:
        return Sync(SyncState.PARKED, delivery["parked"], kept, until)
    if case_id in newest:
        return Sync(SyncState.ANSWERED, None, kept, until)
    if not entries:
        return Sync(SyncState.SENT, None, kept, until)
    under_way = any(entry["upload"] for entry in entries)
    return Sync(SyncState.SENDING if under_way else SyncState.WAITING, None, kept, until)


def _kept(receipt: str | None) -> tuple[bool, str | None]:
    """Whether the newest receipt says that a photo is kept, and until when."""
    photos = json.loads(receipt)["photos"] if receipt else []
    kept = [photo for photo in photos if photo["state"] in ("kept", "held")]
    return bool(kept), kept[0]["until"] if kept else None
