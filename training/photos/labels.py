"""Data labels to condition codes, as the data's own page defines them."""

from collections.abc import Collection
from enum import StrEnum

_CODES = {
    "keratoacanthoma": "squamous_cell_carcinoma",
    "seborrheic_keratosis": "benign_keratosis",
    "tinea": "ringworm",
    "healthy_skin_patch": "healthy_skin",
}
_NEVER_LEARNED = ("contact_dermatitis", "impetigo")
_NEVER_LEARNED_PREFIXES = ("other_", "inflammatory_")
_NOT_SKIN_PREFIX = "non_skin_"


class Kind(StrEnum):
    """What a label is to one model.

    ``known``: a condition that the model scores. ``never_learned``: skin that it
    has no class for. ``not_skin``: no skin at all.
    """

    KNOWN = "known"
    NEVER_LEARNED = "never_learned"
    NOT_SKIN = "not_skin"


def code_of(label: str) -> str:
    """The condition code that a data label stands for; other labels stay as they are."""
    return _CODES.get(label, label)


def kind_of(label: str, classes: Collection[str]) -> Kind:
    """What ``label`` is to a model that scores the condition codes in ``classes``."""
    if code_of(label) in classes:
        return Kind.KNOWN
    return Kind.NOT_SKIN if label.startswith(_NOT_SKIN_PREFIX) else Kind.NEVER_LEARNED


def is_label(label: str, catalogue: Collection[str]) -> bool:
    """Whether a photo list may use ``label``, given the catalogue's condition codes."""
    prefixes = (*_NEVER_LEARNED_PREFIXES, _NOT_SKIN_PREFIX)
    return code_of(label) in catalogue or label in _NEVER_LEARNED or label.startswith(prefixes)
