"""How unlike anything learned a photo is: three measures, one score, "none of these".

``none_odds``
    What the network itself says: the logit of its "none of these" output against all conditions together.
``doubt``
    How little the best condition stands out: ``-log`` of its softmax score (Hendrycks and Gimpel 2017,
    arXiv:1610.02136).
``distance``
    How far the features lie from where those of known skin lie: ``log`` of the length of what remains
    after projection on their principal axes (the residual of ViM, Wang et al. 2022, arXiv:2203.10807).

Softmax alone gives any picture a condition; the three together were the best of those measured (model card).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from models.errors import ModelMismatch

NONE_OF_THESE = "none_of_these"
"""The candidate that stands beside the conditions; it is no condition."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class KnownFeatures:
    """Where features of known skin lie.

    ``mean`` and ``spread`` are float ``[channels]``, ``axes`` float ``[channels, kept]``: orthonormal
    principal axes of ``(features - mean) / spread``.
    """

    mean: Numbers
    spread: Numbers
    axes: Numbers

    def distance(self, features: Numbers) -> Numbers:
        """Log length of the residual of features ``[photos, channels]``: float64 ``[photos]``."""
        scaled = (features - self.mean) / self.spread
        within = scaled @ self.axes
        outside = (scaled**2).sum(axis=1) - (within**2).sum(axis=1)
        return np.asarray(np.log(np.maximum(outside, 1e-6)) / 2, np.float64)

    def to_bytes(self) -> bytes:
        """The .npz file that ``from_bytes`` reads; half precision."""
        buffer = io.BytesIO()
        arrays = {"mean": self.mean, "spread": self.spread, "axes": self.axes}
        halves: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays.items()}
        np.savez(buffer, **halves)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> "KnownFeatures":
        """Read what ``to_bytes`` wrote. Raises ModelMismatch."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
                return cls(*(np.asarray(arrays[name], np.float64) for name in ("mean", "spread", "axes")))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise ModelMismatch(
                f"the model's features file does not hold, install it again: {error}"
            ) from error


def measures(
    logits: Numbers, features: Numbers, known: KnownFeatures, temperature: float
) -> dict[str, Numbers]:
    """Each measure by name, float64 ``[photos]``, of logits ``[photos, conditions + 1]``, "none" last."""
    scaled = logits / temperature
    conditions = _log_sum(scaled[:, :-1])
    return {
        "none_odds": scaled[:, -1] - conditions,
        "doubt": conditions - scaled[:, :-1].max(axis=1),
        "distance": known.distance(features),
    }


def none_scores(measured: dict[str, Numbers], bias: float, weights: Mapping[Any, float]) -> Numbers:
    """The score of "none of these", float64 ``[photos]``, 0 to 1."""
    odds = bias + sum(weights[name] * measured[name] for name in weights)
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -50, 50))), np.float64)


def _log_sum(scaled: Numbers) -> Numbers:
    top = scaled.max(axis=1)
    return np.asarray(top + np.log(np.exp(scaled - top[:, np.newaxis]).sum(axis=1)), np.float64)
