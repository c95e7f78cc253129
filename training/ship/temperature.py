"""The temperature under which scores are likeliest."""

import numpy as np
from numpy.typing import NDArray

from models.scoring import softmax

_TRIED = np.arange(30, 401) / 100

Scores = NDArray[np.float64]


def best_temperature(
    logits: NDArray[np.float32],
    truth: NDArray[np.int64],
    shifts: Scores | float = 0.0,
    strange: Scores | float = 0.0,
) -> float:
    """The temperature, in hundredths from 0.3 to 4, under which the truth is likeliest (Guo et al. 2017).

    ``shifts`` are added to the scaled logits; ``strange`` ``[photos]`` is the share that "none of these"
    takes from every condition.
    """
    known = np.asarray(1 - np.asarray(strange))
    return float(min(_TRIED, key=lambda t: surprise(softmax(logits, float(t), shifts), truth, known)))


def surprise(scores: Scores, truth: NDArray[np.int64], known: Scores) -> float:
    """The negative mean log likelihood of the truth; ``known`` is the share of each photo's scores that
    conditions have.
    """
    return float(-np.log(scores[np.arange(len(truth)), truth] * known + 1e-12).mean())
