"""A shift of each condition's logit, so that rare conditions are found about as often as common ones.

A network that saw few photos of a condition says it seldom: right for a crowd like that of its photos, wrong
for the one person who has it. The shift makes the truth likely on the mean over conditions instead of over
photos (logit adjustment, Menon et al. 2021, arXiv:2007.07314), as far as scores stay honest.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from models.scoring import softmax
from training.judge.figures import calibration_error
from training.ship.temperature import best_temperature

LARGEST_ERROR = 0.04
"""Of scores on photos that a shift was not fitted to, by expected calibration error; 0.05 is allowed."""

_STRENGTHS = (1.0, 0.75, 0.5, 0.25)
_FOLDS, _SEED = 4, 0
_STEPS, _RATE, _RIDGE = 300, 3.0, 0.004

Scores = NDArray[np.float64]
Logits = NDArray[np.float32]
Numbers = NDArray[np.int64]


def best_balance(logits: Logits, truth: Numbers, shifts: Scores) -> Scores:
    """What to add to the scaled logits: float64 ``[classes]``, the strongest shift that stays honest.

    ``shifts`` ``[photos or 1, classes]`` are added besides. Zeros where even a quarter costs too much.
    """
    whole = _fit(logits, truth, shifts)
    for strength in _STRENGTHS:
        if _honesty(logits, truth, shifts, strength) <= LARGEST_ERROR:
            return strength * whole
    return np.zeros(logits.shape[1])


def _fit(logits: Logits, truth: Numbers, shifts: Scores) -> Scores:
    """The shift under which the truth is likeliest with every condition counting the same."""
    scaled = logits / best_temperature(logits, truth, shifts) + shifts
    wanted = np.eye(logits.shape[1])[truth]
    counts = wanted.sum(axis=0)
    weights = (wanted / np.maximum(counts, 1)).sum(axis=1) / np.count_nonzero(counts)
    shift = np.zeros(logits.shape[1])
    for _ in range(_STEPS):
        slope = (weights[:, np.newaxis] * (softmax(scaled.astype(np.float32), 1.0, shift) - wanted)).sum(
            axis=0
        )
        shift -= _RATE * (slope + _RIDGE * shift)
    return np.asarray(shift - shift.mean(), np.float64)


def _honesty(logits: Logits, truth: Numbers, shifts: Scores, strength: float) -> float:
    """The calibration error of photos that neither the shift nor the temperature was fitted to."""
    scores = np.zeros(logits.shape)
    everywhere = np.broadcast_to(shifts, logits.shape)
    for fitted, left in _folds(len(truth)):
        shift = strength * _fit(logits[fitted], truth[fitted], everywhere[fitted])
        temperature = best_temperature(logits[fitted], truth[fitted], everywhere[fitted] + shift)
        scores[left] = softmax(logits[left], temperature, everywhere[left] + shift)
    return calibration_error(scores.max(axis=1), scores.argmax(axis=1) == truth)


def _folds(photos: int) -> Iterator[tuple[Numbers, Numbers]]:
    order = np.random.default_rng(_SEED).permutation(photos)
    parts = np.array_split(order, min(_FOLDS, photos))
    for left in parts:
        yield np.setdiff1d(order, left), left
