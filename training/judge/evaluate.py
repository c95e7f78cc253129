"""The figures of a model: judged photos in, the JSON object of ``kiosk-train evaluate`` out."""

from collections.abc import Sequence
from typing import Any

from training.judge.curves import curves
from training.judge.figures import (
    Numbers,
    auroc,
    balanced_accuracy,
    calibration_error,
    confusion,
    macro_f1,
    precision,
    recalls,
    rounded,
    share,
)
from training.judge.judging import Judged
from training.judge.strata import (
    Strata,
    by_modality,
    by_skin_tone,
    numbers,
    of_condition,
    paper_four,
    right_among_four,
    strangenesses,
    stratify,
    top_scores,
)
from training.photos.prepare import FEWEST_PHOTOS

LOW = 0.40
"""A first score below it is low: no condition that the model knows is put forward."""


def evaluate(judged: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    """All figures of the contract; None where a group has no photos.

    Photos of a condition that ``classes`` lacks count only under ``ood``.
    Balanced accuracy and macro F1 are over conditions with 20 photos or more in the group.
    """
    strata = stratify(judged, classes)
    known = strata.known
    truth, said = numbers(known, classes)
    return {
        **_group(known, classes),
        "macro_f1": rounded(macro_f1(truth, said, FEWEST_PHOTOS)),
        "ece": rounded(calibration_error(top_scores(known), truth == said)) if known else None,
        "coverage": share(not photo.inconclusive for photo in known),
        "per_condition": _per_condition(known, classes),
        "by_modality": {name: _group(photos, classes) for name, photos in by_modality(known).items()},
        "by_skin_tone": {name: _group(photos, classes) for name, photos in by_skin_tone(known).items()},
        "ood": _strangers(strata),
        "flagged": {
            "melanoma": share(photo.flagged for photo in of_condition(known, "melanoma")),
            "nevi": share(photo.flagged for photo in of_condition(known, "nevus")),
        },
        "paper_four": share(right_among_four(photo) for photo in paper_four(known, classes)),
        "accuracy_not_declined": share(photo.right for photo in known if not photo.inconclusive),
        "per_condition_by_modality": {
            name: _per_condition(photos, classes) for name, photos in by_modality(known).items()
        },
        "confusion": confusion(truth, said, len(classes)),
        "curves": curves(strata),
    }


def _group(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    truth, said = numbers(known, classes)
    return {
        "photos": len(known),
        "accuracy": share(truth == said),
        "balanced_accuracy": rounded(balanced_accuracy(truth, said, FEWEST_PHOTOS)),
    }


def _per_condition(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    truth, said = numbers(known, classes)
    found = recalls(truth, said)
    return {
        code: {
            "recall": rounded(found.get(number)),
            "precision": rounded(precision(truth, said, number)),
            "n": _count(truth, number),
        }
        for number, code in enumerate(classes)
    }


def _count(truth: Numbers, number: int) -> int:
    return int((truth == number).sum())


def _strangers(strata: Strata) -> dict[str, float | None]:
    strange, usual = strangenesses(strata.never_learned), strangenesses(strata.known)
    return {
        "auroc": rounded(auroc(strange, usual)) if len(strange) and len(usual) else None,
        "rejected": share(photo.inconclusive for photo in strata.not_skin),
        "never_learned": len(strata.never_learned),
        "not_skin": len(strata.not_skin),
        "low": share(top_scores(strata.never_learned) < LOW),
        "known_low": share(top_scores(strata.known) < LOW),
        "declined_never_learned": share(photo.inconclusive for photo in strata.never_learned),
    }
