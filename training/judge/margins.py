"""The 95 % intervals of a model's figures, in the shape of the figures themselves."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from training.judge.evaluate import LOW, evaluate
from training.judge.figures import Scores
from training.judge.intervals import (
    Interval,
    Times,
    aurocs,
    balanced_accuracies,
    calibration_errors,
    percentiles,
    resample,
    shares,
    wilson,
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

FEWEST_GROUPS = 20
"""A bootstrap over fewer patients or lesions is far too narrow: it is not told."""


def evaluate_with_intervals(judged: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    """What ``evaluate`` gives and ``intervals``: ``[low, high]`` for a figure of the same name.

    Accuracy, balanced accuracy, calibration error, flagged, the paper's four and the AUROC are resampled
    by group, None under 20 groups; the other shares have Wilson's interval, where each group
    counts as one trial, None where there is no photo.
    """
    return {**evaluate(judged, classes), "intervals": _intervals(judged, classes)}


def _intervals(judged: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    strata = stratify(judged, classes)
    known = strata.known
    truth, said = numbers(known, classes)
    return {
        **_group(known, classes),
        "ece": _resampled(known, lambda times: calibration_errors(times, top_scores(known), truth == said)),
        "coverage": _share(known, lambda photo: not photo.inconclusive),
        "per_condition": _per_condition(known, classes),
        "by_modality": {name: _group(photos, classes) for name, photos in by_modality(known).items()},
        "by_skin_tone": {name: _group(photos, classes) for name, photos in by_skin_tone(known).items()},
        "ood": _strangers(strata),
        "flagged": {
            "melanoma": _resampled_share(of_condition(known, "melanoma"), lambda photo: photo.flagged),
            "nevi": _resampled_share(of_condition(known, "nevus"), lambda photo: photo.flagged),
        },
        "paper_four": _resampled_share(paper_four(known, classes), right_among_four),
        "accuracy_not_declined": _resampled_share([p for p in known if not p.inconclusive], _is_right),
    }


def _group(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Interval | None]:
    truth, said = numbers(known, classes)
    return {
        "accuracy": _resampled_share(known, _is_right),
        "balanced_accuracy": _resampled(
            known, lambda times: balanced_accuracies(times, truth, said, FEWEST_PHOTOS)
        ),
    }


def _per_condition(known: Sequence[Judged], classes: tuple[str, ...]) -> dict[str, Any]:
    return {
        code: {
            "recall": _share(of_condition(known, code), _is_right),
            "precision": _share([photo for photo in known if photo.top == code], _is_right),
        }
        for code in classes
    }


def _strangers(strata: Strata) -> dict[str, Interval | None]:
    both = [*strata.never_learned, *strata.known]
    strange = np.arange(len(both)) < len(strata.never_learned)
    return {
        "auroc": _resampled(both, lambda times: aurocs(times, strangenesses(both), strange)),
        "rejected": _share(strata.not_skin, lambda photo: photo.inconclusive),
        "low": _share(strata.never_learned, lambda photo: photo.top_score < LOW),
        "known_low": _share(strata.known, lambda photo: photo.top_score < LOW),
        "declined_never_learned": _share(strata.never_learned, lambda photo: photo.inconclusive),
    }


def _resampled(photos: Sequence[Judged], figure: Callable[[Times], Scores]) -> Interval | None:
    groups = [photo.row.group for photo in photos]
    return percentiles(figure(resample(groups))) if len(set(groups)) >= FEWEST_GROUPS else None


def _resampled_share(photos: Sequence[Judged], yes: Callable[[Judged], bool]) -> Interval | None:
    return _resampled(photos, lambda times: shares(times, np.array([yes(photo) for photo in photos])))


def _share(photos: Sequence[Judged], yes: Callable[[Judged], bool]) -> Interval | None:
    if not photos:
        return None
    found = sum(yes(photo) for photo in photos) / len(photos)
    return wilson(found, len({photo.row.group for photo in photos}))


def _is_right(photo: Judged) -> bool:
    return photo.right
