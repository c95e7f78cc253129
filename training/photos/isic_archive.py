"""The ISIC archive's own download: a zip of ``ISIC_*.jpg`` with ``metadata.csv`` among them.

Columns as the archive's metadata dictionary names them: ``isic_id``, ``copyright_license``,
``attribution``, ``image_type``, ``diagnosis_1`` (benign, malignant, indeterminate) to
``diagnosis_5`` (the finest word), in older downloads ``benign_malignant`` and ``diagnosis``;
``lesion_id``, ``patient_id``, ``age_approx``, ``sex``, ``anatom_site_general`` where known.
"""

from collections.abc import Callable, Iterator, Mapping

# The first part found in a diagnosis decides, so exceptions stand before their rule.
_LABELS = (
    ("melanoma metastasis", "other_malignant"),
    ("not melanocytic nevus", "other_benign"),
    ("epidermal nevus", "other_benign"),
    ("nevus sebaceous", "other_benign"),
    ("sebaceous nevus", "other_benign"),
    ("melanoma", "melanoma"),
    ("lentigo maligna", "melanoma"),
    ("basal cell carcinoma", "basal_cell_carcinoma"),
    ("keratoacanthoma", "keratoacanthoma"),
    ("squamous cell carcinoma", "squamous_cell_carcinoma"),
    ("actinic keratosis", "actinic_keratosis"),
    ("seborrheic keratosis", "seborrheic_keratosis"),
    ("pigmented benign keratosis", "benign_keratosis"),
    ("lichen planus like keratosis", "benign_keratosis"),
    ("lichenoid keratosis", "benign_keratosis"),
    ("solar lentigo", "benign_keratosis"),
    ("ink-spot lentigo", "benign_keratosis"),
    ("clear cell acanthoma", "benign_keratosis"),
    ("dermatofibroma", "dermatofibroma"),
    ("angiokeratoma", "vascular_lesion"),
    ("pyogenic granuloma", "vascular_lesion"),
    ("angioma", "vascular_lesion"),
    ("vascular lesion", "vascular_lesion"),
    ("psoriasis", "psoriasis"),
    ("eczema", "eczema"),
    ("atopic dermatitis", "eczema"),
    ("acne", "acne"),
    ("tinea", "tinea"),
    ("nevus", "nevus"),
    ("inflammatory or infectious", "inflammatory_or_infectious_unspecified"),
    ("indeterminate", ""),
    ("benign", "other_benign"),
    ("malignant", "other_malignant"),
)
# From the finest word to the coarsest.
_DIAGNOSES = (
    "diagnosis_5", "diagnosis_4", "diagnosis_3", "diagnosis_2", "diagnosis", "diagnosis_1",
    "benign_malignant",
)  # fmt: skip


def archive_cells(named: Mapping[str, str]) -> Callable[[dict[str, str]], dict[str, str]]:
    """What turns the archive's row into ours; ``named`` gives a photo's path by its ``isic_id``.

    A diagnosis that is missing or indeterminate, and a picture of another kind (confocal
    microscopy), keep the archive's word: it is no condition or modality of ours, so that
    the row is named as a fault.
    """

    def translate(cells: dict[str, str]) -> dict[str, str]:
        def cell(name: str) -> str:
            return (cells.get(name) or "").strip()

        return {
            "path": named.get(cell("isic_id"), cell("isic_id")),
            "condition": label_of(_words(cells)),
            "dataset": "ISIC archive",
            "modality": _modality(cell("image_type")),
            "licence": _licence(cell("copyright_license"), cell("attribution")),
            "group_key": cell("patient_id") or cell("lesion_id") or cell("isic_id"),
            "patient_id": cell("patient_id"),
            "lesion_id": cell("lesion_id"),
            "label_confirmation": cell("diagnosis_confirm_type"),
            "age": cell("age_approx"),
            "sex": cell("sex"),
            "body_site": cell("anatom_site_general") or cell("anatom_site_1"),
            "fitzpatrick": cell("fitzpatrick_skin_type"),
        }

    return translate


def label_of(words: list[str]) -> str:
    """The label for a diagnosis, given as its words from the finest to the coarsest.

    The finest word that says anything decides; a lesion that is only known to be benign or
    malignant is ``other_benign`` or ``other_malignant``. Any other keeps its finest word.
    """
    found = (label for word in words for part, label in _LABELS if part in word.lower())
    return next(found, "") or (words[0] if words else "no diagnosis")


def _words(cells: Mapping[str, str]) -> list[str]:
    words: Iterator[str] = ((cells.get(name) or "").strip() for name in _DIAGNOSES)
    return [word for word in words if word]


def _modality(image_type: str) -> str:
    """TBP tiles are cut from photos of a whole body, taken without a dermatoscope."""
    if image_type.lower().startswith("dermoscopic"):
        return "dermoscopy"
    if image_type.startswith("TBP tile"):
        return f"clinical {image_type}"
    return image_type.replace(": ", " ")


def _licence(licence: str, attribution: str) -> str:
    return f"{licence} ({attribution})" if licence and attribution else licence
