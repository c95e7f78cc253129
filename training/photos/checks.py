"""The cells of a list to rows, or to the faults that keep them from being rows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from training.errors import ManifestCsvInvalid
from training.photos.faults import Fault, FaultKind
from training.photos.labels import is_label
from training.photos.licences import ACCEPTED, allows_use
from training.photos.row import SPLITS, Row, row_of
from training.photos.sources import Photos

Cells = Mapping[str, str]
Found = tuple[FaultKind, str]

NEEDED = ("path", "condition", "modality", "group_key")
"""The columns without which a photo cannot be learned from."""

_MODALITIES = ("clinical", "dermoscopy", "not skin")


def checked(
    listed: Iterable[tuple[int, Cells]], needed: Sequence[str], photos: Photos, catalogue: Collection[str]
) -> tuple[tuple[Row, ...], tuple[Fault, ...]]:
    """The rows that hold, and every fault of the others.

    ``listed`` gives each row's number and cells under our own column names; ``needed``
    are the columns that must not be empty. Raises ManifestCsvInvalid where the list has
    no such columns at all.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, cells in listed:
        found = list(_faults(cells, needed, photos, catalogue))
        if cells["path"] in seen:
            found.append((FaultKind.TWICE, f"{cells['path']} is listed twice"))
        seen.add(cells["path"])
        faults += [Fault(number, kind, reason) for kind, reason in found]
        if not found:
            rows.append(row_of(cells, number))
    unsplit = _without_split(rows)
    return tuple(row for row in rows if row not in unsplit), (*faults, *unsplit.values())


def _without_split(rows: Sequence[Row]) -> dict[Row, Fault]:
    """Rows that are in no split of a list that gives splits."""
    if not any(row.split for row in rows):
        return {}
    reason = "{} has no split, others of the list have one"
    return {row: Fault(row.number, FaultKind.SPLIT, reason.format(row.path)) for row in rows if not row.split}


def _faults(
    cells: Cells, needed: Sequence[str], photos: Photos, catalogue: Collection[str]
) -> Iterator[Found]:
    missing = [column for column in needed if column not in cells]
    if missing:
        raise ManifestCsvInvalid(f"the list's header lacks {', '.join(missing)}")
    empty = [column for column in needed if not cells[column]]
    if empty:
        yield FaultKind.EMPTY, f"{', '.join(empty)} is empty"
        return
    yield from _wrong_words(cells, catalogue)
    if not photos.holds(cells["path"]):
        yield FaultKind.MISSING, f"there is no photo {cells['path']}"


def _wrong_words(cells: Cells, catalogue: Collection[str]) -> Iterator[Found]:
    path, modality, licence = cells["path"], cells["modality"], cells.get("licence")
    if not is_label(cells["condition"], catalogue):
        yield FaultKind.CONDITION, f"{path} has the unknown condition {cells['condition']!r}"
    if not modality.startswith(_MODALITIES):
        yield FaultKind.MODALITY, f"{path} has the modality {modality!r}; known are {', '.join(_MODALITIES)}"
    if licence and not allows_use(licence):
        yield FaultKind.LICENCE, f"{path} has the licence {licence!r}; accepted are {ACCEPTED}"
    if cells.get("split") and cells["split"] not in SPLITS:
        yield FaultKind.SPLIT, f"{path} is in the split {cells['split']!r}; known are {', '.join(SPLITS)}"
