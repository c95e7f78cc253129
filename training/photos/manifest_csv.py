"""The photo list, our own or a data set's: read whole, every fault found before anything is learned."""

import csv
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from training.errors import ManifestCsvInvalid
from training.photos.checks import NEEDED, checked
from training.photos.faults import Fault, refuse_faults
from training.photos.folders import folder_cells
from training.photos.layouts import translator
from training.photos.licences import ACCEPTED, allows_use
from training.photos.row import Row
from training.photos.sources import UNREADABLE, Photos, opened

_LIST = "metadata.csv"


@dataclass(frozen=True)
class Listed:
    """What a list holds: the rows that can be used, and what is wrong with the others.

    ``source`` is the list, or the photos that brought it, for messages.
    """

    source: Path
    rows: tuple[Row, ...]
    faults: tuple[Fault, ...] = ()

    def sound(self) -> list[Row]:
        """The rows of a list without a fault.

        Raises ManifestCsvInvalid, which counts the faults and names up to twenty bad
        rows (the header is row 1) with each one's reason.
        """
        refuse_faults(self.faults, self.source)
        return self.usable()

    def usable(self) -> list[Row]:
        """The rows that can be used, whatever is wrong with others. Raises ManifestCsvInvalid
        where there is none."""
        if not self.rows:
            raise ManifestCsvInvalid(f"{self.source} lists no photo that can be used")
        return list(self.rows)


def read_listed(images: Path, manifest: Path | None, catalogue: Collection[str], licence: str = "") -> Listed:
    """Read which photos there are in ``images``: a folder, or a zip, which is not unpacked.

    ``manifest`` is our own list or a data set's original one, its paths relative to
    ``images``. Without it ``metadata.csv`` among the photos is the list, and where
    there is none each folder is a condition, its photos under ``licence`` (empty: the
    clinic's own). ``catalogue`` holds the condition codes. Faults of rows are collected;
    raises ManifestCsvInvalid for what is no list at all or lacks a column.
    """
    if licence and not allows_use(licence):
        raise ManifestCsvInvalid(f"the licence {licence!r} is not accepted; accepted are {ACCEPTED}")
    with opened(images) as photos:
        if manifest is not None:
            return _read_csv(lambda: _text(manifest), manifest, photos, catalogue)
        within = photos.find(_LIST)
        if within is not None:
            return _read_csv(lambda: photos.open_list(within), images / within, photos, catalogue)
        listed, unknown = folder_cells(photos, catalogue, licence)
        rows, faults = checked(((0, cells) for cells in listed), NEEDED, photos, catalogue)
        return Listed(images, rows, (*unknown, *faults))


def read_manifest_csv(path: Path, images: Path, catalogue: Collection[str]) -> list[Row]:
    """The rows of the list at ``path``, which must be without a fault. Raises ManifestCsvInvalid."""
    return read_listed(images, path, catalogue).sound()


def read_folders(images: Path, catalogue: Collection[str], licence: str = "") -> list[Row]:
    """The rows of photos that come without a list of ours. Raises ManifestCsvInvalid."""
    return read_listed(images, None, catalogue, licence).sound()


def _read_csv(
    open_list: Callable[[], TextIO], source: Path, photos: Photos, catalogue: Collection[str]
) -> Listed:
    try:
        with open_list() as file:
            reader = csv.DictReader(file, restval="")
            translate = translator(reader.fieldnames or (), source, photos)
            listed = enumerate(map(translate, reader), start=2)
            return Listed(source, *checked(listed, (*NEEDED, "licence"), photos, catalogue))
    except (UnicodeDecodeError, csv.Error, *UNREADABLE) as error:
        raise ManifestCsvInvalid(f"{source} is no readable CSV file: {error}") from error


def _text(path: Path) -> TextIO:
    return path.open(newline="", encoding="utf-8-sig")
