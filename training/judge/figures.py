"""Figures: how right, how sure, how able to tell skin it knows from the rest."""

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 15
"""Bins of the expected calibration error (Guo et al. 2017)."""

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


def recalls(truth: Numbers, said: Numbers, fewest: int = 1) -> dict[int, float]:
    """Share of each class found, by class number, where ``fewest`` photos or more show it."""
    return {
        int(number): float((said[truth == number] == number).mean())
        for number in np.unique(truth)
        if (truth == number).sum() >= fewest
    }


def balanced_accuracy(truth: Numbers, said: Numbers, fewest: int = 1) -> float:
    """Mean recall over the classes with ``fewest`` photos or more; NaN where there is none."""
    found = recalls(truth, said, fewest)
    return float(np.mean(list(found.values()))) if found else float("nan")


def precision(truth: Numbers, said: Numbers, number: int) -> float | None:
    """Share of the answers ``number`` that are right; None where it was never said."""
    answers = said == number
    return float((truth[answers] == number).mean()) if answers.any() else None


def macro_f1(truth: Numbers, said: Numbers, fewest: int = 1) -> float:
    """Mean F1 over the classes with ``fewest`` photos or more; NaN where there is none."""
    values = []
    for number, recall in recalls(truth, said, fewest).items():
        right = precision(truth, said, number) or 0.0
        values.append(2 * right * recall / (right + recall) if right + recall else 0.0)
    return float(np.mean(values)) if values else float("nan")


def confusion(truth: Numbers, said: Numbers, classes: int) -> list[list[int]]:
    """Photos: a row for each true class, a column for each answer."""
    table = np.zeros((classes, classes), int)
    np.add.at(table, (truth, said), 1)
    return [[int(count) for count in line] for line in table]


def bin_of(top: Scores) -> Numbers:
    """The bin of each top score, 0 to ``BINS - 1``; a score of 1 is in the last."""
    return np.minimum((top * BINS).astype(np.int64), BINS - 1)


def calibration_error(top: Scores, right: NDArray[np.bool_]) -> float:
    """Expected calibration error of top scores over equal bins (Guo et al. 2017)."""
    bins = bin_of(top)
    gaps = [abs(float(right[bins == b].sum() - top[bins == b].sum())) for b in range(BINS)]
    return sum(gaps) / len(top)


def auroc(strange: Scores, usual: Scores) -> float:
    """How often a strange photo scores higher than a usual one; ties count half."""
    ordered = np.sort(usual)
    below = np.searchsorted(ordered, strange, "left") + np.searchsorted(ordered, strange, "right")
    return float(below.mean() / 2 / len(usual))


def share(answers: Iterable[Any]) -> float | None:
    """How many of ``answers`` are true, 0 to 1; None where there is no answer."""
    answers = [bool(answer) for answer in answers]
    return rounded(sum(answers) / len(answers)) if answers else None


def rounded(value: float | None) -> float | None:
    """Four digits; None for NaN, which JSON lacks."""
    return None if value is None or math.isnan(value) else round(value, 4)
