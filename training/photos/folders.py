"""A folder a condition: no list, the folder's name is the label.

DermNet's own folder names are known too (as in the widespread copy in 23 folders). Two of
them hold several of our conditions at once and a few hold none, so they are refused by name.
"""

from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from training.photos.faults import Fault, FaultKind
from training.photos.labels import is_label
from training.photos.sources import Photos

Cells = dict[str, str]

_UNSPECIFIED = "inflammatory_or_infectious_unspecified"
_DERMNET = {
    "acne and rosacea photos": "acne",
    "atopic dermatitis photos": "eczema",
    "bullous disease photos": _UNSPECIFIED,
    "cellulitis impetigo and other bacterial infections": _UNSPECIFIED,
    "eczema photos": "eczema",
    "exanthems and drug eruptions": _UNSPECIFIED,
    "herpes hpv and other stds photos": _UNSPECIFIED,
    "lupus and other connective tissue diseases": _UNSPECIFIED,
    "poison ivy photos and other contact dermatitis": "contact_dermatitis",
    "psoriasis pictures lichen planus and related diseases": "psoriasis",
    "scabies lyme disease and other infestations and bites": _UNSPECIFIED,
    "seborrheic keratoses and other benign tumors": "benign_keratosis",
    "tinea ringworm candidiasis and other fungal infections": "ringworm",
    "urticaria hives": _UNSPECIFIED,
    "vascular tumors": "vascular_lesion",
    "vasculitis photos": _UNSPECIFIED,
    "warts molluscum and other viral infections": _UNSPECIFIED,
}


def folder_label(folder: str) -> str:
    """The label that photos in ``folder`` bear: its own name, or what DermNet's name stands for."""
    return _DERMNET.get(folder.strip().lower(), folder)


def folder_cells(photos: Photos, catalogue: Collection[str], licence: str) -> tuple[list[Cells], list[Fault]]:
    """A row for each photo in a folder, each a group of its own; a fault for each folder that
    names no condition. Only the innermost folder counts: ``train/eczema`` is ``eczema``."""
    folders: dict[str, list[str]] = {}
    for path in photos.paths():
        if "/" in path:
            folders.setdefault(PurePosixPath(path).parent.name, []).append(path)
    known = {folder: paths for folder, paths in folders.items() if is_label(folder_label(folder), catalogue)}
    faults = [_unknown(folder, len(folders[folder])) for folder in folders if folder not in known]
    return list(_cells(known, photos.name, licence)), faults


def _cells(folders: dict[str, list[str]], dataset: str, licence: str) -> Iterator[Cells]:
    for folder, paths in folders.items():
        for path in paths:
            yield {
                "path": path,
                "condition": folder_label(folder),
                "dataset": dataset,
                "modality": "clinical photo",
                "licence": licence,
                "group_key": path,
            }


def _unknown(folder: str, photos: int) -> Fault:
    return Fault(
        0, FaultKind.CONDITION, f"the folder with {photos} photos has the unknown condition {folder!r}"
    )
