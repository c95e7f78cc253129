"""How far each pixel's colour is off the skin of the picture, whose shading is fitted to its rim.

A lesion near the middle must not teach the fit what skin looks like, and light that falls from one side
must not look like a lesion.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
_Doubles = NDArray[np.float64]

# The fit of the skin: light may fall off to one side freely, all round only a little.
_BENDING = np.diag([1e-6, 1e-6, 1e-6, 5e-3, 5e-3, 5e-3])
_FIRST_SPREAD, _LEAST_SPREAD, _ROUNDS = 12.0, 3.0, 3

# Distances count from two standard deviations of the skin on, which has at least this variance
# (L*, a*, b*); glare and scales, lighter than skin, count half.
_SKIN_DEVIATIONS, _LEAST_VARIANCE, _LIGHTER_COUNTS = 2.0, np.diag([5.0, 2.0, 2.0]), 0.5


def distance_from_skin(lab: Floats, seen: Flags) -> Floats:
    """Standard deviations that a pixel is off the skin, less two, at least 0: float32 ``[height, width]``.

    ``lab`` is CIE L*a*b* ``[height, width, 3]``, 4 pixels or more each way. Where ``seen``
    ``[height, width]`` is False there is no skin to look at, and the distance is 0. Raises nothing.
    """
    height, width = seen.shape
    size = (width // 4, height // 4)
    sampled = cv2.resize(seen.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    samples = cv2.resize(lab, size, interpolation=cv2.INTER_AREA)[sampled].astype(np.float64)
    if len(samples) == 0:
        return np.zeros(seen.shape, np.float32)
    fit, covariance = _fit_skin(_slopes(size[1], size[0])[sampled].astype(np.float64), samples)
    off = lab - _slopes(height, width) @ fit.astype(np.float32)
    off[..., 0] = np.where(off[..., 0] > 0, _LIGHTER_COUNTS * off[..., 0], off[..., 0])
    whiten = np.linalg.cholesky(np.linalg.inv(covariance + _LEAST_VARIANCE)).T.astype(np.float32)
    deviations = np.sqrt(np.square(cv2.transform(off, whiten)).sum(axis=2))
    return np.asarray(np.maximum(deviations - _SKIN_DEVIATIONS, 0) * seen, np.float32)


def places(height: int, width: int) -> tuple[Floats, Floats]:
    """Row and column of each pixel from the middle, in short sides: float32 ``[height, width]`` each."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    side = min(height, width)
    return (y - (height - 1) / 2) / side, (x - (width - 1) / 2) / side


def _slopes(height: int, width: int) -> Floats:
    """The terms of uneven light: 1, x, y, xy, x², y² of each pixel, ``[height, width, 6]``."""
    y, x = places(height, width)
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)


def _fit_skin(slopes: _Doubles, samples: _Doubles) -> tuple[_Doubles, _Doubles]:
    """Coefficients ``[6, 3]`` and covariance ``[3, 3]`` of the skin's colour, by reweighted least squares.

    Samples at the rim come first, and what is far off the fit, as a lesion is, loses its say.
    """
    rim = np.abs(slopes[:, 1:3]).max(axis=1)
    prior = np.clip((2 * rim - 0.35) / 0.4, 0.03, 1)
    errors = samples - np.median(samples[rim >= np.median(rim)], axis=0)
    weights = _trust(errors, prior, _FIRST_SPREAD)
    for _ in range(_ROUNDS):
        weighted = slopes.T * weights
        fit = np.linalg.solve(weighted @ slopes + _BENDING, weighted @ samples)
        errors = samples - slopes @ fit
        spread = float(np.sqrt(weights @ np.square(errors).sum(axis=1)))
        weights = _trust(errors, prior, max(spread, _LEAST_SPREAD))
    return np.asarray(fit), np.asarray((errors.T * weights) @ errors)


def _trust(errors: _Doubles, prior: _Doubles, spread: float) -> _Doubles:
    """Weights that sum to 1 and fall with the fourth power of the distance, far off the fit."""
    weights = prior / np.square(1 + np.square(errors).sum(axis=1) / spread**2)
    return np.asarray(weights / weights.sum(), np.float64)
