"""From what the network gives to scores that sum to 1."""

import numpy as np
from numpy.typing import NDArray

from models.context import NOTHING_TOLD, Told
from models.manifest import Manifest
from models.strangeness import KnownFeatures, measures, none_scores


def softmax(
    logits: NDArray[np.float32], temperature: float, shift: NDArray[np.float64] | float = 0.0
) -> NDArray[np.float64]:
    """``softmax(logits / temperature + shift)`` over the last axis, in float64, summing to 1."""
    scaled = logits.astype(np.float64) / temperature + shift
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float64)


def score(
    logits: NDArray[np.float32],
    features: NDArray[np.float32],
    manifest: Manifest,
    known: KnownFeatures | None,
    told: Told = NOTHING_TOLD,
) -> NDArray[np.float64]:
    """Scores of one photo, float64 ``[outputs]``: conditions in the manifest's order, "none of these" last.

    ``logits`` is ``[outputs]``, ``features`` ``[channels]``, the map averaged. ``known`` is None, and "none
    of these" absent, for a model without ``strangeness``. ``told`` counts where the manifest has a
    ``context``.
    """
    shift: NDArray[np.float64] | float = 0.0 if manifest.balance is None else np.array(manifest.balance)
    if manifest.context is not None:
        shift = shift + manifest.context.shift(told)
    if manifest.strangeness is None or known is None:
        return softmax(logits, manifest.temperature, shift)
    measured = measures(
        logits[np.newaxis].astype(np.float64),
        features[np.newaxis].astype(np.float64),
        known,
        manifest.temperature,
    )
    none = none_scores(measured, manifest.strangeness.bias, manifest.strangeness.weights)
    conditions = softmax(logits[:-1], manifest.temperature, shift)
    return np.concatenate([conditions * (1 - none), none])
