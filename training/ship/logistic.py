"""Logistic regression of a few measures: small enough to be its own ten lines."""

import numpy as np
from numpy.typing import NDArray

_ROUNDS = 50
_RIDGE = 1e-3


def fit_logistic(
    measured: NDArray[np.float64], wanted: NDArray[np.bool_], weights: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64]]:
    """Bias and weights under which ``wanted`` is likeliest.

    ``measured`` is ``[photos, measures]``, ``wanted`` ``[photos]``; ``weights`` ``[photos]`` say how much
    each counts. Newton's method with a slight ridge (iteratively reweighted least squares, Hastie et al.
    2009, chapter 4.4.1).
    """
    given = np.column_stack([np.ones(len(measured)), measured])
    found = np.zeros(given.shape[1])
    hold = np.diag([0.0, *[_RIDGE] * measured.shape[1]])
    weights = weights / weights.sum()
    for _ in range(_ROUNDS):
        said = 1 / (1 + np.exp(-np.clip(given @ found, -50, 50)))
        slope = given.T @ (weights * (said - wanted)) + hold @ found
        bend = (given * (weights * np.maximum(said * (1 - said), 1e-9))[:, np.newaxis]).T @ given + hold
        found = found - np.linalg.solve(bend + 1e-9 * np.eye(len(found)), slope)
    return float(found[0]), found[1:]
