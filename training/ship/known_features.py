"""Where the features of known skin lie: what the distance of a stranger is measured from."""

import numpy as np
from numpy.typing import NDArray

from models.strangeness import KnownFeatures

_KEPT_AXES = 128
"""Of 32 to 256 axes, 64 to 256 told what is no skin apart equally well."""

_LEAST_SPREAD = 0.02
"""A channel that hardly varies must not count a hundredfold."""


def learn_known_features(features: NDArray[np.float32]) -> KnownFeatures:
    """Mean, spread and principal axes of ``features`` ``[photos, channels]`` of known skin."""
    exact = features.astype(np.float64)
    mean, spread = exact.mean(axis=0), exact.std(axis=0) + _LEAST_SPREAD
    scaled = (exact - mean) / spread
    axes = np.linalg.eigh(scaled.T @ scaled)[1][:, ::-1][:, :_KEPT_AXES]
    # What the file holds is what the thresholds must be set with.
    return KnownFeatures.from_bytes(KnownFeatures(mean, spread, axes).to_bytes())
