"""Judged photos, parted by what they are to the model and by what is measured apart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from training.judge.figures import Numbers, Scores
from training.judge.judging import Judged
from training.photos.labels import Kind, kind_of

PAPER_FOUR = ("actinic_keratosis", "melanoma", "basal_cell_carcinoma", "dermatofibroma")
"""The four conditions of the paper whose kiosk this one follows."""


@dataclass(frozen=True)
class Strata:
    """Photos of conditions that the model scores, of skin it never learned, of no skin."""

    known: list[Judged]
    never_learned: list[Judged]
    not_skin: list[Judged]


def stratify(judged: Sequence[Judged], classes: tuple[str, ...]) -> Strata:
    """Part photos by what their label is to a model that scores ``classes``."""
    by_kind: dict[Kind, list[Judged]] = {kind: [] for kind in Kind}
    for photo in judged:
        by_kind[kind_of(photo.row.label, classes)].append(photo)
    return Strata(by_kind[Kind.KNOWN], by_kind[Kind.NEVER_LEARNED], by_kind[Kind.NOT_SKIN])


def by_modality(known: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Photos taken without a dermatoscope, and with one."""
    return {
        "clinical": [photo for photo in known if photo.row.clinical],
        "dermoscopy": [photo for photo in known if photo.row.modality == "dermoscopy"],
    }


def by_skin_tone(known: Sequence[Judged]) -> dict[str, list[Judged]]:
    """Photos by skin tone as far as the data says, in the tones' alphabet."""
    tones: dict[str, list[Judged]] = defaultdict(list)
    for photo in known:
        tones[photo.row.skin_tone or "unknown"].append(photo)
    return {tone: tones[tone] for tone in sorted(tones)}


def of_condition(known: Sequence[Judged], code: str) -> list[Judged]:
    """Photos whose true condition is ``code``."""
    return [photo for photo in known if photo.row.code == code]


def paper_four(known: Sequence[Judged], classes: tuple[str, ...]) -> list[Judged]:
    """Photos of the paper's four conditions; none where the model lacks one of the four."""
    if not set(PAPER_FOUR) <= set(classes):
        return []
    return [photo for photo in known if photo.row.code in PAPER_FOUR]


def right_among_four(photo: Judged) -> bool:
    """Whether its true condition scores highest among the paper's four."""
    return max(PAPER_FOUR, key=lambda code: photo.scores[code]) == photo.row.code


def numbers(known: Sequence[Judged], classes: tuple[str, ...]) -> tuple[Numbers, Numbers]:
    """True condition and first condition of each photo, as places in ``classes``."""
    truth = np.array([classes.index(photo.row.code) for photo in known], np.int64)
    return truth, np.array([classes.index(photo.top) for photo in known], np.int64)


def top_scores(photos: Sequence[Judged]) -> Scores:
    """The first condition's score of each photo."""
    return np.array([photo.top_score for photo in photos], np.float64)


def strangenesses(photos: Sequence[Judged]) -> Scores:
    """How strange each photo is to the model, 0 to 1."""
    return np.array([photo.strangeness for photo in photos], np.float64)
