"""A home full of cases, made in seconds: a few real ones, copied row by row."""

import random
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from running_kiosk import EventStream, running_kiosk

from device.store import DATABASE_FILE, PHOTO_FOLDER

_REAL_CASES = 8
_FIRST_AT = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_MINUTES_APART = 7
_CASES_A_SUBJECT = 4
_ONE_IN_REPEATS = 20
_BODY_SITES = ("back", "face", "left forearm", "right calf")
_ROWS_AT_ONCE = 5000

Row = dict[str, Any]


def fill(home: Path, count: int) -> list[str]:
    """Give a new home ``count`` cases; their ids, oldest first.

    Counted from the newest back, every home's cases are alike: four a subject, of two lesions,
    one in twenty repeating the one before.
    """
    _take_real_ones(home)
    ids = _ids(count)
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        _Copier(connection).replace_by(ids)
    return ids


def write_photos(home: Path) -> None:
    """Give every case a photo file of its own: another name of one of the real ones."""
    real = cycle(list((home / PHOTO_FOLDER).glob("*/*")))  # file systems bound the names of one file
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        for (file,) in connection.execute("SELECT file FROM photos").fetchall():
            path = home / PHOTO_FOLDER / file
            path.parent.mkdir(exist_ok=True)
            path.hardlink_to(next(real))


def _take_real_ones(home: Path) -> None:
    with running_kiosk(home) as kiosk:
        stream = EventStream(kiosk)
        for _ in range(_REAL_CASES):
            stream.wait_for(kiosk.press())
        stream.close()


def _ids(count: int) -> list[str]:
    """UUIDv7s in order, as the kiosk makes them."""
    chance = random.Random(7)
    ids = []
    for number in range(count):
        at = _FIRST_AT + timedelta(minutes=number * _MINUTES_APART)
        value = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | chance.getrandbits(12) << 64
        ids.append(str(uuid.UUID(int=value | 0b10 << 62 | chance.getrandbits(62))))
    return ids


class _Copier:
    """Replaces the cases of a database by copies of them, whatever columns they have."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cases = self._rows("cases")
        self._photos = self._rows("photos")
        self._predictions = self._rows("predictions")

    def replace_by(self, ids: list[str]) -> None:
        """As many copies as there are ids; the commit need not survive a power cut."""
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("PRAGMA foreign_keys = ON")  # what belongs to a case goes with it
        self._connection.execute("BEGIN")
        self._connection.execute("DELETE FROM cases")
        self._insert("cases", self._copied_cases(ids))
        self._insert("photos", self._copied_rows(self._photos, ids))
        predictions = self._copied_rows(self._predictions, ids)
        self._insert("predictions", (row | {"number": n} for n, row in enumerate(predictions, start=1)))
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _rows(self, table: str) -> list[Row]:
        return [dict(row) for row in self._connection.execute(f"SELECT * FROM {table}")]

    def _insert(self, table: str, rows: Iterator[Row]) -> None:
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            columns = tuple(chunk[0])
            marks = ", ".join(f":{column}" for column in columns)
            self._connection.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", chunk
            )

    def _copied_cases(self, ids: list[str]) -> Iterator[Row]:
        for number, case_id in enumerate(ids):
            age = len(ids) - 1 - number
            at = _FIRST_AT + timedelta(minutes=number * _MINUTES_APART)
            yield self._cases[age % len(self._cases)] | {
                "number": number + 1,
                "id": case_id,
                "subject": f"P{age // _CASES_A_SUBJECT:05}",
                "lesion": f"L{age % 2}",
                "body_site": _BODY_SITES[age % len(_BODY_SITES)],
                "wall_at": at.isoformat(),
                "retake_of": ids[number - 1] if number and age % _ONE_IN_REPEATS == 0 else None,
            }

    def _copied_rows(self, rows: list[Row], ids: list[str]) -> Iterator[Row]:
        """A copy, for each id, of the row that belongs to the case which that case is a copy of."""
        of_case = {row["case_id"]: row for row in rows}
        for age, case_id in zip(reversed(range(len(ids))), ids, strict=True):
            original = self._cases[age % len(self._cases)]["id"]
            yield {column: _renamed(value, original, case_id) for column, value in of_case[original].items()}


def _renamed(value: Any, original: str, case_id: str) -> Any:
    return value.replace(original, case_id) if isinstance(value, str) else value
