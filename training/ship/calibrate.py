"""Temperature and thresholds, chosen on the calibrate split and on nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import softmax

DECLINED_SHARE = 0.12
"""About one photo in eight is declined: enough to catch a good part of the errors."""

FLAGGED_NEVI = 0.30
"""At most this share of harmless moles is told to be looked at soon."""

_FINEST = 0.001


@dataclass(frozen=True)
class Calibration:
    """The temperature, the two thresholds, and how each came out on the calibrate split."""

    temperature: float
    inconclusive_below: float
    look_soon_from: float
    declined: float
    flagged_nevi: float


def calibrate(
    logits: NDArray[np.float32], truth: NDArray[np.int64], malignant: NDArray[np.bool_], nevus: int
) -> Calibration:
    """Choose from ``logits`` ``[photos, classes]`` and their class numbers ``truth`` ``[photos]``.

    ``malignant`` tells for each class whether its score counts towards "look
    soon"; ``nevus`` is the class number of harmless moles.
    """
    temperature = best_temperature(logits, truth)
    scores = softmax(logits, temperature)
    below = inconclusive_below(scores.max(axis=1))
    totals = scores[:, malignant].sum(axis=1)
    soon = look_soon_from(totals[truth == nevus])
    return Calibration(
        temperature=temperature,
        inconclusive_below=below,
        look_soon_from=soon,
        declined=float((scores.max(axis=1) < below).mean()),
        flagged_nevi=float((totals[truth == nevus] >= soon).mean()),
    )


def best_temperature(logits: NDArray[np.float32], truth: NDArray[np.int64]) -> float:
    """The temperature, in hundredths from 0.3 to 4, under which the truth is likeliest (Guo et al. 2017)."""
    tried = np.arange(30, 401) / 100
    return float(min(tried, key=lambda t: _surprise(softmax(logits, float(t)), truth)))


def inconclusive_below(top: NDArray[np.float64]) -> float:
    """The top score, in thousandths, under which ``DECLINED_SHARE`` of the photos fall."""
    return _round_up(float(np.quantile(top, DECLINED_SHARE)))


def look_soon_from(nevi: NDArray[np.float64]) -> float:
    """The smallest total malignant score, in thousandths, that at most ``FLAGGED_NEVI`` of the nevi reach."""
    tried = (float(t) for t in (np.arange(1001) * _FINEST).round(3))
    return next(t for t in tried if (nevi >= t).mean() <= FLAGGED_NEVI)


def _surprise(scores: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    return float(-np.log(scores[np.arange(len(truth)), truth] + 1e-12).mean())


def _round_up(score: float) -> float:
    return round(float(np.ceil(score / _FINEST)) * _FINEST, 3)
