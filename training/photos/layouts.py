"""The original layouts of public data sets, translated to the photo list's own columns.

====================  =============================================================
HAM10000              ``HAM10000_metadata.csv``: ``image_id``, ``lesion_id``, ``dx``,
                      ``dx_type``, ``age``, ``sex``, ``localization``
ISIC 2019             ``ISIC_2019_Training_GroundTruth.csv``: ``image`` and a column
                      of 0 and 1 each condition; lesions, age, sex and site from the
                      metadata beside it
PAD-UFES-20           ``metadata.csv``: ``img_id``, ``patient_id``, ``diagnostic``,
                      ``biopsed``, ``age``, ``gender``, ``region``, ``fitspatrick``
the ISIC archive      ``metadata.csv``: ``isic_id`` and more, see ``isic_archive``
====================  =============================================================

A layout is known by its header; photos are found by name anywhere among the photos.
"""

import csv
from collections.abc import Callable, Collection
from pathlib import Path, PurePosixPath

from training.photos.isic_archive import archive_cells
from training.photos.sources import Photos

Cells = dict[str, str]
Translator = Callable[[Cells], Cells]

_CODES = {
    "akiec": "actinic_keratosis", "ak": "actinic_keratosis", "ack": "actinic_keratosis",
    "bcc": "basal_cell_carcinoma", "bkl": "benign_keratosis", "sek": "seborrheic_keratosis",
    "df": "dermatofibroma", "mel": "melanoma", "nv": "nevus", "nev": "nevus",
    "vasc": "vascular_lesion", "scc": "squamous_cell_carcinoma", "unk": "other_unknown",
}  # fmt: skip
_YES = ("1", "1.0")
# Pacheco et al. 2020: what was not biopsied was agreed on by dermatologists.
_BIOPSED = {"true": "biopsy", "false": "clinical consensus"}


def translator(header: Collection[str], path: Path, photos: Photos) -> Translator:
    """What turns a row under ``header`` of the list at ``path`` into our columns.

    Lists of our own pass unchanged, and so does a header that nobody knows.
    """
    columns = set(header)
    if {"isic_id", "copyright_license"} <= columns:
        return archive_cells(_named(photos))
    if {"image_id", "lesion_id", "dx"} <= columns:
        return _ham10000(_named(photos))
    if {"image", "MEL", "NV", "SCC"} <= columns:
        return _isic2019(_named(photos), _beside(path))
    if {"img_id", "patient_id", "diagnostic"} <= columns:
        return _pad_ufes(_named(photos))
    return lambda cells: cells


def _ham10000(named: Cells) -> Translator:
    return lambda cells: {
        "path": named.get(cells["image_id"], cells["image_id"]),
        "condition": _code(cells["dx"]),
        "dataset": "HAM10000",
        "modality": "dermoscopy",
        "licence": "CC BY-NC 4.0",
        "group_key": cells["lesion_id"],
        "lesion_id": cells["lesion_id"],
        "label_confirmation": cells.get("dx_type", ""),
        "age": cells.get("age", ""),
        "sex": cells.get("sex", ""),
        "body_site": cells.get("localization", ""),
    }


def _isic2019(named: Cells, beside: dict[str, Cells]) -> Translator:
    def translate(cells: Cells) -> Cells:
        image = cells["image"]
        known = beside.get(image, {})
        lesion = known.get("lesion_id", "")
        shown = [name for name, cell in cells.items() if name != "image" and cell in _YES]
        return {
            "path": named.get(image, image),
            "condition": _code(shown[0]) if shown else "",
            "dataset": "ISIC 2019",
            "modality": "dermoscopy",
            "licence": "CC BY-NC 4.0",
            "group_key": lesion or image,
            "lesion_id": lesion,
            "age": known.get("age_approx", ""),
            "sex": known.get("sex", ""),
            "body_site": known.get("anatom_site_general", ""),
        }

    return translate


def _pad_ufes(named: Cells) -> Translator:
    def translate(cells: Cells) -> Cells:
        patient, lesion = cells["patient_id"], cells.get("lesion_id", "")
        return {
            "path": named.get(PurePosixPath(cells["img_id"] or "").stem, cells["img_id"]),
            "condition": _code(cells["diagnostic"]),
            "dataset": "PAD-UFES-20",
            "modality": "clinical smartphone photo",
            "licence": "CC BY 4.0",
            "group_key": patient,
            "patient_id": patient,
            "lesion_id": f"{patient}_{lesion}" if lesion else "",
            "label_confirmation": _BIOPSED.get(cells.get("biopsed", "").lower(), ""),
            "age": cells.get("age", ""),
            "sex": cells.get("gender", ""),
            "body_site": cells.get("region", ""),
            "fitzpatrick": cells.get("fitspatrick", ""),
        }

    return translate


def _code(word: str | None) -> str:
    word = word or ""
    return _CODES.get(word.strip().lower(), word)


def _named(photos: Photos) -> Cells:
    """File name without its ending to the photo's path."""
    return {PurePosixPath(path).stem: path for path in photos.paths()}


def _beside(path: Path) -> dict[str, Cells]:
    """Photo to its row of ``..._Metadata.csv`` beside ``..._GroundTruth.csv``, where it lies there."""
    beside = path.with_name(path.name.replace("GroundTruth", "Metadata"))
    if beside == path or not beside.is_file():
        return {}
    with beside.open(newline="", encoding="utf-8-sig") as file:
        return {cells["image"]: cells for cells in csv.DictReader(file, restval="")}
