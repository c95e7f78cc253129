"""The rows of a prepared folder as a CSV file, and back."""

import csv
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from training.photos.people import age_of
from training.photos.row import Row

_NAMES = tuple(field.name for field in fields(Row))


def save_rows(rows: Sequence[Row], path: Path) -> None:
    """Write ``rows`` with a column for each of their fields, for ``load_rows``."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _NAMES)
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)


def load_rows(path: Path) -> tuple[Row, ...]:
    """Read rows back, equal to those that were saved.

    What a file of an earlier release has no column for is unknown. Raises OSError, or
    TypeError, ValueError or KeyError for what is no such file.
    """
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(_row(cells) for cells in csv.DictReader(file))


def _row(cells: dict[str, str]) -> Row:
    words = {name: cells[name] for name in _NAMES if name in cells}
    known = words.pop("group_known") == "True"
    age, number = age_of(words.pop("age", "")), int(words.pop("number", "0"))
    return Row(**words, group_known=known, age=age, number=number)
