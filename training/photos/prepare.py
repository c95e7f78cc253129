"""A prepared folder: the rows with their splits, and their pixels."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.errors import PreparedInvalid
from training.photos.cache import cache_pixels, load_pixels
from training.photos.duplicates import find_twins
from training.photos.faults import Fault, FaultKind
from training.photos.labels import Kind, kind_of
from training.photos.leaks import find_leaks, refuse_leaks
from training.photos.manifest_csv import Listed
from training.photos.row import Row
from training.photos.saved_rows import load_rows, save_rows
from training.photos.sources import opened
from training.photos.split import Splitter, load_splits, save_splits, split_of_each

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
        return self.of_kind(split, Kind.KNOWN)

    def of_kind(self, split: str, kind: Kind) -> NDArray[np.int64]:
        """Indices of the rows of ``split`` that are of ``kind`` to a model of the learned conditions."""
        pairs = enumerate(zip(self.rows, self.splits, strict=True))
        found = [i for i, (row, s) in pairs if s == split and kind_of(row.label, self.classes) is kind]
        return np.array(found, np.int64)

    def targets(self, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """The class number of each row in ``indices``."""
        return np.array([self.classes.index(self.rows[i].code) for i in indices], np.int64)


def learned_classes(rows: Sequence[Row], catalogue: Collection[str]) -> tuple[str, ...]:
    """The catalogue's conditions with enough photos, in its order."""
    counts = Counter(row.code for row in rows)
    return tuple(code for code in catalogue if counts[code] >= FEWEST_PHOTOS)


def decode_listed(listed: Listed, images: Path, out: Path, advance: Callable[[], None]) -> Listed:
    """Decode every listed photo in ``images``, a folder or a zip, into ``out``.

    Returns the rows whose photos decode, in their order, and the list's faults with those
    of the photos that do not; ``advance`` is called once a photo. Raises
    ManifestCsvInvalid where no row is left.
    """
    rows = listed.usable()
    out.mkdir(parents=True, exist_ok=True)
    (out / _ROWS).unlink(missing_ok=True)  # else they would be taken for the new pixels' rows
    with opened(images) as photos:
        broken = cache_pixels(photos, [row.path for row in rows], out / _PIXELS, advance)
    faults = (Fault(rows[i].number, FaultKind.BROKEN, f"{rows[i].path}: {broken[i]}") for i in broken)
    whole = (row for index, row in enumerate(rows) if index not in broken)
    return replace(listed, rows=tuple(whole), faults=(*listed.faults, *faults))


def arrange(rows: Sequence[Row], splits: Mapping[str, str] | Splitter, out: Path) -> Counter[str]:
    """Split ``rows``, whose photos were decoded into ``out``, and complete that folder.

    ``splits`` is a list by group, taken as it is, or what makes one; a maker is asked only
    where the rows bring no split of their own. Returns photos by split. Raises SplitLeaks
    where one person, one lesion or near duplicates are in two splits, SplitUnknown for a
    list that lacks a group, PreparedInvalid for pixels of other rows.
    """
    pixels = load_pixels(out / _PIXELS)
    _check_length(pixels, rows, out)
    twins = find_twins(pixels)
    names = split_of_each(rows, splits, twins)
    refuse_leaks(find_leaks(rows, names, twins))
    save_splits({row.group: name for row, name in zip(rows, names, strict=True)}, out / _SPLITS)
    save_rows(rows, out / _ROWS)
    return Counter(names)


def prepare(
    rows: Sequence[Row],
    splits: Mapping[str, str] | Splitter,
    images: Path,
    out: Path,
    advance: Callable[[], None],
) -> Counter[str]:
    """``decode_listed`` and ``arrange`` of ``rows`` that must all decode; returns photos by split.

    Raises what they raise, and ManifestCsvInvalid, which names up to twenty broken photos.
    """
    decoded = decode_listed(Listed(images, tuple(rows)), images, out, advance)
    return arrange(decoded.sound(), splits, out)


def load_prepared(folder: Path, catalogue: Collection[str]) -> Prepared:
    """Read a prepared folder. Raises PreparedInvalid."""
    try:
        rows = load_rows(folder / _ROWS)
        splits = load_splits(folder / _SPLITS)
        pixels = load_pixels(folder / _PIXELS)
        names = tuple(splits[row.group] for row in rows)
    except (OSError, TypeError, ValueError, KeyError) as error:
        raise PreparedInvalid(f"{folder} is not prepared, run kiosk-train prepare: {error}") from error
    _check_length(pixels, rows, folder)
    return Prepared(rows, names, learned_classes(rows, catalogue), pixels)


def _check_length(pixels: NDArray[np.uint8], rows: Sequence[Row], folder: Path) -> None:
    if len(pixels) != len(rows):
        raise PreparedInvalid(f"{folder} was prepared by halves, run kiosk-train prepare again")
