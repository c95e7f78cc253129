"""What int8 costs: the shipped file beside the float network it was made of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.scoring import softmax
from training.judge.figures import balanced_accuracy, rounded
from training.photos.prepare import FEWEST_PHOTOS


@dataclass(frozen=True)
class Agreement:
    """``same_top`` is the share of photos with the same first candidate; ``largest_gap``
    the largest difference of any score, ``mean_gap`` the mean one, 0 to 1. Balanced accuracies are over
    conditions with 20 photos or more, None where there is none.
    """

    photos: int
    same_top: float
    largest_gap: float
    mean_gap: float
    balanced_accuracy_float: float | None
    balanced_accuracy_int8: float | None


def compare(
    exact: NDArray[np.float32], int8: NDArray[np.float32], truth: NDArray[np.int64], temperature: float
) -> Agreement:
    """Compare float and int8 logits ``[photos, classes]`` of photos whose class numbers are ``truth``."""
    gaps = np.abs(softmax(exact, temperature) - softmax(int8, temperature))
    return Agreement(
        photos=len(truth),
        same_top=round(float((exact.argmax(axis=1) == int8.argmax(axis=1)).mean()), 4),
        largest_gap=round(float(gaps.max()), 4),
        mean_gap=round(float(gaps.mean()), 4),
        balanced_accuracy_float=rounded(balanced_accuracy(truth, exact.argmax(axis=1), FEWEST_PHOTOS)),
        balanced_accuracy_int8=rounded(balanced_accuracy(truth, int8.argmax(axis=1), FEWEST_PHOTOS)),
    )
