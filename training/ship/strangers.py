"""How the measures of strangeness are weighed: strangers against known photos of the calibrate split."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.manifest import Measure
from models.strangeness import KnownFeatures, measures, none_scores
from training.ship.logistic import fit_logistic
from training.ship.outputs import FileOutputs

_STRANGERS_WEIGHT = 0.12
"""How common strangers are taken to be, each kind of them equally."""

_NO_STRANGER = -10.0
"""The bias where there is no stranger to learn from: nothing is taken for one."""

_MEASURES: tuple[Measure, ...] = ("none_odds", "doubt", "distance")

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class StrangerFit:
    """A bias and a weight for each measure of ``models.strangeness``."""

    bias: float
    weights: dict[Measure, float]

    def scores(self, outputs: FileOutputs, features: KnownFeatures, temperature: float) -> Scores:
        """The score of "none of these" of each photo, float64 ``[photos]``."""
        measured = _measured(outputs, features, temperature)
        return none_scores(dict(zip(_MEASURES, measured.T, strict=True)), self.bias, self.weights)


def fit_strangers(
    known: FileOutputs, strangers: Sequence[FileOutputs], features: KnownFeatures, temperature: float
) -> StrangerFit:
    """Weigh the measures so that each kind of ``strangers`` stands out from the ``known`` photos."""
    kinds = [kind for kind in strangers if len(kind.logits)]
    if not kinds:
        return StrangerFit(_NO_STRANGER, dict.fromkeys(_MEASURES, 0.0))
    shares = (1 - _STRANGERS_WEIGHT, *[_STRANGERS_WEIGHT / len(kinds)] * len(kinds))
    measured = [_measured(kind, features, temperature) for kind in (known, *kinds)]
    weights = [np.full(len(kind), share / len(kind)) for kind, share in zip(measured, shares, strict=True)]
    wanted = np.arange(sum(map(len, measured))) >= len(measured[0])
    bias, found = fit_logistic(np.concatenate(measured), wanted, np.concatenate(weights))
    rounded = {name: round(float(weight), 4) for name, weight in zip(_MEASURES, found, strict=True)}
    return StrangerFit(round(bias, 4), rounded)


def _measured(outputs: FileOutputs, features: KnownFeatures, temperature: float) -> Scores:
    logits, averaged = outputs.logits.astype(np.float64), outputs.features.astype(np.float64)
    found = measures(logits, averaged, features, temperature)
    return np.column_stack([found[name] for name in _MEASURES])
