"""From what the network gives to scores that sum to 1."""

import numpy as np
from numpy.typing import NDArray

from models.manifest import Manifest
from models.strangeness import KnownFeatures, measures, none_scores


def softmax(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float64]:
    """``softmax(logits / temperature)`` over the last axis, in float64, summing to 1."""
    scaled = logits.astype(np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float64)


def score(
    logits: NDArray[np.float32],
    features: NDArray[np.float32],
    manifest: Manifest,
    known: KnownFeatures | None,
) -> NDArray[np.float64]:
    """Scores float64 ``[photos, outputs]``: the conditions in the manifest's order, "none of these" last.

    ``logits`` is ``[photos, outputs]``, ``features`` ``[photos, channels]``, the map averaged. ``known`` is
    None, and "none of these" absent, for a model without ``strangeness``.
    """
    if manifest.strangeness is None or known is None:
        return softmax(logits, manifest.temperature)
    measured = measures(logits.astype(np.float64), features.astype(np.float64), known, manifest.temperature)
    none = none_scores(measured, manifest.strangeness.bias, manifest.strangeness.weights)[:, np.newaxis]
    conditions = softmax(logits[:, :-1], manifest.temperature)
    return np.concatenate([conditions * (1 - none), none], axis=1)
