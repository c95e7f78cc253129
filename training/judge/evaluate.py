"""The figures of a model: judged photos in, the JSON object of ``kiosk-train evaluate`` out."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from training.judge.figures import (
    Numbers,
    auroc,
    balanced_accuracy,
    calibration_error,
    macro_f1,
    precision,
    recalls,
)
from training.judge.judging import Judged
from training.photos.labels import Kind, kind_of
from training.photos.prepare import FEWEST_PHOTOS

PAPER_FOUR = ("actinic_keratosis", "melanoma", "basal_cell_carcinoma", "dermatofibroma")
"""The four conditions of the paper whose kiosk this one follows."""


def evaluate(judged: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    """All figures of the contract; None where a group has no photos.

    Photos of a condition that ``classes`` lacks count only under ``ood``. Balanced
    accuracy and macro F1 are over conditions with 20 photos or more in the group.
    """
    by_kind: dict[Kind, list[Judged]] = defaultdict(list)
    for photo in judged:
        by_kind[kind_of(photo.row.label, classes)].append(photo)
    known = by_kind[Kind.KNOWN]
    truth, said = _numbers(known, classes)
    return {
        **_group(known, classes),
        "macro_f1": _figure(macro_f1(truth, said, FEWEST_PHOTOS)),
        "ece": _calibration(known),
        "coverage": _share(not photo.inconclusive for photo in known),
        "per_condition": _per_condition(truth, said, classes),
        "by_modality": _by_modality(known, classes),
        "by_skin_tone": _by_skin_tone(known, classes),
        "ood": _strangers(known, by_kind[Kind.NEVER_LEARNED], by_kind[Kind.NOT_SKIN]),
        "flagged": {
            "melanoma": _share(photo.flagged for photo in known if photo.row.code == "melanoma"),
            "nevi": _share(photo.flagged for photo in known if photo.row.code == "nevus"),
        },
        "paper_four": _paper_four(known, classes),
    }


def confusion(judged: Sequence[Judged], classes: tuple[str, ...]) -> list[list[int]]:
    """Photos of known conditions: a row for each true condition, a column for each answer."""
    truth, said = _numbers([p for p in judged if p.row.code in classes], classes)
    table = np.zeros((len(classes), len(classes)), int)
    np.add.at(table, (truth, said), 1)
    return [[int(count) for count in line] for line in table]


def _numbers(known: Sequence[Judged], classes: tuple[str, ...]) -> tuple[Numbers, Numbers]:
    truth = np.array([classes.index(photo.row.code) for photo in known], np.int64)
    return truth, np.array([classes.index(photo.top) for photo in known], np.int64)


def _group(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    truth, said = _numbers(known, classes)
    return {
        "photos": len(known),
        "accuracy": _share(truth == said),
        "balanced_accuracy": _figure(balanced_accuracy(truth, said, FEWEST_PHOTOS)),
    }


def _by_modality(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    clinical = [photo for photo in known if photo.row.clinical]
    dermoscopy = [photo for photo in known if photo.row.modality == "dermoscopy"]
    return {"clinical": _group(clinical, classes), "dermoscopy": _group(dermoscopy, classes)}


def _by_skin_tone(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    tones: dict[str, list[Judged]] = defaultdict(list)
    for photo in known:
        tones[photo.row.skin_tone or "unknown"].append(photo)
    return {tone: _group(tones[tone], classes) for tone in sorted(tones)}


def _per_condition(truth: Numbers, said: Numbers, classes: tuple[str, ...]) -> dict[str, Any]:
    found = recalls(truth, said)
    return {
        code: {
            "recall": _figure(found.get(number)),
            "precision": _figure(precision(truth, said, number)),
            "n": int((truth == number).sum()),
        }
        for number, code in enumerate(classes)
    }


def _calibration(known: Sequence[Judged]) -> float | None:
    if not known:
        return None
    top = np.array([photo.top_score for photo in known])
    return _figure(calibration_error(top, np.array([photo.top == photo.row.code for photo in known])))


def _strangers(
    known: Sequence[Judged], unlearned: Sequence[Judged], not_skin: Sequence[Judged]
) -> dict[str, float | None]:
    strange = np.array([1 - photo.top_score for photo in unlearned])
    usual = np.array([1 - photo.top_score for photo in known])
    return {
        "auroc": _figure(auroc(strange, usual)) if len(strange) and len(usual) else None,
        "rejected": _share(photo.inconclusive for photo in not_skin),
    }


def _paper_four(known: Sequence[Judged], classes: tuple[str, ...]) -> float | None:
    if not set(PAPER_FOUR) <= set(classes):
        return None
    four = [photo for photo in known if photo.row.code in PAPER_FOUR]
    return _share(max(PAPER_FOUR, key=lambda code: p.scores[code]) == p.row.code for p in four)


def _share(answers: Iterable[Any]) -> float | None:
    answers = [bool(answer) for answer in answers]
    return _figure(sum(answers) / len(answers)) if answers else None


def _figure(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 4)
