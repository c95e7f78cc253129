"""A prepared folder: the rows with their splits, and their pixels."""

import csv
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import PreparedInvalid
from training.photos.cache import cache_pixels, load_pixels
from training.photos.manifest_csv import Row
from training.photos.split import load_splits, save_splits

FEWEST_PHOTOS = 20
"""A condition with fewer photos is not learned, and not measured."""

_ROWS, _PIXELS, _SPLITS = "rows.csv", "pixels.npy", "split.csv"


@dataclass(frozen=True)
class Prepared:
    """Rows, the split and the pixels of each, in one order.

    ``classes`` are the conditions to learn, in the catalogue's order; ``pixels`` is
    uint8 RGB ``[rows, 256, 256, 3]``.
    """

    rows: tuple[Row, ...]
    splits: tuple[str, ...]
    classes: tuple[str, ...]
    pixels: NDArray[np.uint8]

    def known(self, split: str) -> NDArray[np.int64]:
        """Indices of the rows of ``split`` whose condition is learned."""
        pairs = enumerate(zip(self.rows, self.splits, strict=True))
        return np.array([i for i, (row, s) in pairs if s == split and row.code in self.classes], np.int64)

    def targets(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """The class number of each row in ``indices``."""
        return np.array([self.classes.index(self.rows[i].code) for i in indices], np.int64)


def learned_classes(rows: Sequence[Row], catalogue: Collection[str]) -> tuple[str, ...]:
    """The catalogue's conditions with enough photos, in its order."""
    counts = Counter(row.code for row in rows)
    return tuple(code for code in catalogue if counts[code] >= FEWEST_PHOTOS)


def prepare(
    rows: Sequence[Row], splits: Mapping[str, str], images: Path, out: Path, advance: Callable[[], None]
) -> Counter[str]:
    """Decode the photos of ``rows`` into ``out``; returns photos by split.

    ``splits`` gives each group's; ``advance`` is called once a photo. Raises
    ManifestCsvInvalid for a photo that does not decode.
    """
    out.mkdir(parents=True, exist_ok=True)
    cache_pixels([images / row.path for row in rows], out / _PIXELS, advance)
    with (out / _ROWS).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, [field.name for field in fields(Row)])
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
    save_splits(splits, out / _SPLITS)
    return Counter(splits[row.group] for row in rows)


def load_prepared(folder: Path, catalogue: Collection[str]) -> Prepared:
    """Read a prepared folder. Raises PreparedInvalid."""
    try:
        with (folder / _ROWS).open(newline="", encoding="utf-8") as file:
            rows = tuple(_row(cells) for cells in csv.DictReader(file))
        splits = load_splits(folder / _SPLITS)
        pixels = load_pixels(folder / _PIXELS)
    except (OSError, ValueError, KeyError) as error:
        raise PreparedInvalid(f"{folder} is not prepared, run kiosk-train prepare: {error}") from error
    if len(pixels) != len(rows):
        raise PreparedInvalid(f"{folder} was prepared by halves, run kiosk-train prepare again")
    names = tuple(splits[row.group] for row in rows)
    return Prepared(rows, names, learned_classes(rows, catalogue), pixels)


def _row(cells: dict[str, str]) -> Row:
    known = cells.pop("group_known") == "True"
    return Row(**cells, group_known=known)
