"""The original layouts of public data sets, translated to the photo list's own columns.

====================  =============================================================
HAM10000              ``HAM10000_metadata.csv``: ``image_id``, ``lesion_id``, ``dx``
ISIC 2019             ``ISIC_2019_Training_GroundTruth.csv``: ``image`` and a column
                      of 0 and 1 each condition; lesions from the metadata beside it
PAD-UFES-20           ``metadata.csv``: ``img_id``, ``patient_id``, ``diagnostic``
a folder a condition  no list: ``FOLDER/CONDITION/*.jpg``
====================  =============================================================

A layout is known by its header; photos are found by name anywhere under the images' folder.
"""

import csv
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

Cells = dict[str, str]
Translator = Callable[[Cells], Cells]

_CODES = {
    "akiec": "actinic_keratosis", "ak": "actinic_keratosis", "ack": "actinic_keratosis",
    "bcc": "basal_cell_carcinoma", "bkl": "benign_keratosis", "sek": "seborrheic_keratosis",
    "df": "dermatofibroma", "mel": "melanoma", "nv": "nevus", "nev": "nevus",
    "vasc": "vascular_lesion", "scc": "squamous_cell_carcinoma", "unk": "other_unknown",
}  # fmt: skip
_YES = ("1", "1.0")
_PHOTOS = (".jpg", ".jpeg", ".png")


def translator(header: Collection[str], path: Path, images: Path) -> Translator:
    """What turns a row under ``header`` of the list at ``path`` into our columns.

    Lists of our own pass unchanged, and so does a header that nobody knows.
    """
    columns = set(header)
    if {"image_id", "lesion_id", "dx"} <= columns:
        return _ham10000(_named(images))
    if {"image", "MEL", "NV", "SCC"} <= columns:
        return _isic2019(_named(images), _lesions(path))
    if {"img_id", "patient_id", "diagnostic"} <= columns:
        return _pad_ufes(_named(images))
    return lambda cells: cells


def folder_cells(images: Path) -> Iterator[Cells]:
    """A row for each photo under ``images/CONDITION/``, each a group of its own."""
    for photo in sorted(images.glob("*/*")):
        if photo.suffix.lower() in _PHOTOS:
            path = photo.relative_to(images).as_posix()
            yield {
                "path": path,
                "condition": photo.parent.name,
                "dataset": images.name,
                "modality": "clinical photo",
                "group_key": path,
            }


def _ham10000(named: Cells) -> Translator:
    return lambda cells: {
        "path": named.get(cells["image_id"], cells["image_id"]),
        "condition": _code(cells["dx"]),
        "dataset": "HAM10000",
        "modality": "dermoscopy",
        "licence": "CC BY-NC 4.0",
        "group_key": cells["lesion_id"],
        "lesion_id": cells["lesion_id"],
    }


def _isic2019(named: Cells, lesions: Cells) -> Translator:
    def translate(cells: Cells) -> Cells:
        image = cells["image"]
        lesion = lesions.get(image, "")
        shown = [name for name, cell in cells.items() if name != "image" and cell in _YES]
        return {
            "path": named.get(image, image),
            "condition": _code(shown[0]) if shown else "",
            "dataset": "ISIC 2019",
            "modality": "dermoscopy",
            "licence": "CC BY-NC 4.0",
            "group_key": lesion or image,
            "lesion_id": lesion,
        }

    return translate


def _pad_ufes(named: Cells) -> Translator:
    return lambda cells: {
        "path": named.get(Path(cells["img_id"] or "").stem, cells["img_id"]),
        "condition": _code(cells["diagnostic"]),
        "dataset": "PAD-UFES-20",
        "modality": "clinical smartphone photo",
        "licence": "CC BY 4.0",
        "group_key": cells["patient_id"],
        "patient_id": cells["patient_id"],
        "fitzpatrick": cells.get("fitspatrick", ""),
    }


def _code(word: str | None) -> str:
    word = word or ""
    return _CODES.get(word.strip().lower(), word)


def _named(images: Path) -> Cells:
    """File name without its ending to path under ``images``."""
    photos = (path for path in images.rglob("*") if path.suffix.lower() in _PHOTOS)
    return {path.stem: path.relative_to(images).as_posix() for path in photos}


def _lesions(path: Path) -> Cells:
    """Photo to lesion from ``..._Metadata.csv`` beside ``..._GroundTruth.csv``, where it lies there."""
    beside = path.with_name(path.name.replace("GroundTruth", "Metadata"))
    if beside == path or not beside.is_file():
        return {}
    with beside.open(newline="", encoding="utf-8") as file:
        return {cells["image"]: cells.get("lesion_id") or "" for cells in csv.DictReader(file)}
