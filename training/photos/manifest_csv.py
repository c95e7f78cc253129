"""The photo list: one CSV row a photo, checked before anything is learned from it."""

import csv
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.errors import ManifestCsvInvalid
from training.photos.labels import code_of, is_label
from training.photos.layouts import folder_cells, translator

_REQUIRED = ("path", "condition", "modality", "group_key")
_MOST_REASONS = 20


@dataclass(frozen=True)
class Row:
    """One photo of the list.

    ``label`` is the data's own word, ``code`` the condition code it stands for.
    ``group`` is the patient, else the lesion, else the file. ``group_known`` False
    means that nobody knows whose lesion it is. ``skin_tone`` is ``fitzpatrick N`` or
    ``tone N`` (MILK10k's scale, 0 to 5), empty where unknown.
    """

    path: str
    label: str
    code: str
    dataset: str
    modality: str
    licence: str
    group: str
    group_known: bool
    near_duplicate_of: str
    skin_tone: str

    @property
    def clinical(self) -> bool:
        """Whether it was taken without a dermatoscope."""
        return self.modality.startswith("clinical")


def read_manifest_csv(path: Path, images: Path, catalogue: Collection[str]) -> list[Row]:
    """Read a photo list whose paths are relative to the folder ``images``, or an original one.

    ``catalogue`` holds the condition codes. Raises ManifestCsvInvalid, which names
    up to twenty bad rows (the header is row 1) with each one's reason.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            translate = translator(reader.fieldnames or (), path, images)
            rows, reasons = _checked(map(translate, reader), images, catalogue)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestCsvInvalid(f"{path} is no readable CSV file: {error}") from error
    return _accepted(rows, reasons, path)


def read_folders(images: Path, catalogue: Collection[str]) -> list[Row]:
    """Take each folder in ``images`` for a condition. Raises ManifestCsvInvalid."""
    rows, reasons = _checked(folder_cells(images), images, catalogue)
    return _accepted(rows, reasons, images)


def _accepted(rows: list[Row], reasons: list[str], path: Path) -> list[Row]:
    if reasons:
        shown = "\n".join(reasons[:_MOST_REASONS])
        raise ManifestCsvInvalid(f"{path} has {len(reasons)} faults, mend or remove the rows:\n{shown}")
    if not rows:
        raise ManifestCsvInvalid(f"{path} lists no photo")
    return rows


def _checked(
    listed: Iterable[dict[str, str]], images: Path, catalogue: Collection[str]
) -> tuple[list[Row], list[str]]:
    """The rows that hold, and the reasons why others do not."""
    rows, reasons, seen = [], [], set()
    for number, cells in enumerate(listed, start=2):
        found = list(_faults(cells, images, catalogue))
        if cells.get("path") in seen:
            found.append(f"{cells['path']} is listed twice")
        seen.add(cells.get("path"))
        reasons += [f"row {number}: {reason}" for reason in found]
        if not found:
            rows.append(_row(cells))
    return rows, reasons


def _faults(cells: dict[str, str], images: Path, catalogue: Collection[str]) -> Iterator[str]:
    missing = [column for column in _REQUIRED if column not in cells]
    if missing:
        raise ManifestCsvInvalid(f"the list's header lacks {', '.join(missing)}")
    empty = [column for column in _REQUIRED if not cells.get(column)]
    if empty:
        yield f"{', '.join(empty)} is empty"
        return
    if not is_label(cells["condition"], catalogue):
        yield f"{cells['path']} has the unknown condition {cells['condition']!r}"
    if not (images / cells["path"]).is_file():
        yield f"there is no photo {cells['path']}"


def _row(cells: dict[str, str]) -> Row:
    def cell(name: str) -> str:
        return cells.get(name) or ""

    tone = f"fitzpatrick {cell('fitzpatrick').removesuffix('.0')}" if cell("fitzpatrick") else ""
    return Row(
        path=cell("path"),
        label=cell("condition"),
        code=code_of(cell("condition")),
        dataset=cell("dataset"),
        modality=cell("modality"),
        licence=cell("licence"),
        group=cell("group_key"),
        group_known=bool(cell("patient_id") or cell("lesion_id")),
        near_duplicate_of=cell("near_duplicate_of"),
        skin_tone=tone or (f"tone {cell('skin_tone_class')}" if cell("skin_tone_class") else ""),
    )
