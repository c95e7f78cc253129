"""Temperature, strangeness and thresholds, chosen on the calibrate split and on nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.conditions import Catalogue
from models.decision import Candidate, decide
from models.finding import urgency_of
from models.manifest import Measure, Thresholds
from models.scoring import softmax
from models.strangeness import NONE_OF_THESE, KnownFeatures
from training.ship.balance import best_balance
from training.ship.context import best_strength
from training.ship.outputs import FileOutputs
from training.ship.strangers import StrangerFit, fit_strangers
from training.ship.temperature import best_temperature, surprise

DECLINED_SHARE = 0.12
"""About one photo in eight is declined: enough to catch a good part of the errors."""

STRANGERS_SHARE = 0.04
"""Of these, so many known photos at most are taken for strangers."""

FLAGGED_NEVI = 0.285
"""At most this share of moles is told to be looked at soon; 0.30 is allowed, and other photos differ."""

_ROUNDS = 3
_FINEST = 0.001

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class CalibratePhotos:
    """The calibrate split through the model's file: known photos with their class numbers, and strangers.

    ``shifts`` ``[photos, classes]`` is what age and body site add to the scaled logits of known photos at
    full strength; None for a model that is not told.
    """

    known: FileOutputs
    truth: NDArray[np.int64]
    never_learned: FileOutputs
    not_skin: FileOutputs
    shifts: Scores | None = None


@dataclass(frozen=True)
class Calibration:
    """What goes into the manifest, and how each threshold came out on the calibrate split.

    ``strength`` is that of what is told beside the photo, 0 where nothing is; ``balance`` what is added to
    each condition's scaled logit; ``weights`` has a weight for each measure of ``models.strangeness``.
    """

    temperature: float
    strength: float
    balance: tuple[float, ...]
    bias: float
    weights: dict[Measure, float]
    none_from: float
    inconclusive_below: float
    look_soon_from: float
    declined: float
    declined_as_strangers: float
    flagged_nevi: float


def calibrate(
    photos: CalibratePhotos, features: KnownFeatures, classes: tuple[str, ...], catalogue: Catalogue
) -> Calibration:
    """Choose balance and temperature, then who is a stranger, then when to decline and when to warn."""
    strength, told = _best_shifts(photos)
    balance = best_balance(photos.known.logits[:, :-1], photos.truth, told)
    shifts = told + balance
    temperature, fit = _fit(photos, features, shifts)
    strange = fit.scores(photos.known, features, temperature)
    scores = softmax(photos.known.logits[:, :-1], temperature, shifts) * (1 - strange)[:, np.newaxis]
    none_from = _round_up(float(np.quantile(strange, 1 - STRANGERS_SHARE)))
    stranger = (strange >= none_from) | (strange > scores.max(axis=1))
    below = inconclusive_below(np.where(stranger, 0.0, scores.max(axis=1)))
    thresholds = Thresholds(inconclusive_below=below, none_from=none_from, look_soon_from=1.0)
    malignant = np.array([catalogue[code].malignant for code in classes])
    nevi = _moles(photos.truth, classes, malignant)
    warned = [
        _warned(row, none, classes, thresholds, catalogue)
        for row, none in zip(scores[nevi], strange[nevi], strict=True)
    ]
    soon, flagged = look_soon_from(scores[nevi][:, malignant].sum(axis=1), np.array(warned, bool))
    return Calibration(
        temperature=temperature,
        strength=strength,
        balance=tuple(balance.round(3).tolist()),
        bias=fit.bias,
        weights=fit.weights,
        none_from=none_from,
        inconclusive_below=below,
        look_soon_from=soon,
        declined=float((stranger | (scores.max(axis=1) < below)).mean()),
        declined_as_strangers=float(stranger.mean()),
        flagged_nevi=flagged,
    )


def inconclusive_below(top: Scores) -> float:
    """The top score, in thousandths, under which ``DECLINED_SHARE`` of the photos fall."""
    return _round_up(float(np.quantile(top, DECLINED_SHARE)))


def look_soon_from(totals: Scores, warned: NDArray[np.bool_]) -> tuple[float, float]:
    """The smallest total malignant score, in thousandths, from which to warn, and the share then flagged.

    ``totals`` are those of harmless moles; at most ``FLAGGED_NEVI`` of them may be flagged, with those that
    are ``warned`` of in any case. 1 where these alone are too many, 0 where there are no moles.
    """
    if not len(totals):
        return 0.0, 0.0
    for tried in (np.arange(1001) * _FINEST).round(3):
        flagged = float((warned | (totals >= tried)).mean())
        if flagged <= FLAGGED_NEVI:
            return float(tried), flagged
    return 1.0, float(warned.mean())


def _moles(
    truth: NDArray[np.int64], classes: tuple[str, ...], malignant: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which photos show moles; in a model that has none, which show anything harmless."""
    if "nevus" in classes:
        return np.asarray(truth == classes.index("nevus"))
    return np.asarray(~malignant[truth])


def _fit(photos: CalibratePhotos, features: KnownFeatures, shifts: Scores) -> tuple[float, StrangerFit]:
    """Temperature and strangeness by turns: each changes what the other sees."""
    logits = photos.known.logits[:, :-1]
    temperature = best_temperature(logits, photos.truth, shifts)
    for _ in range(_ROUNDS):
        strange = _strangers(photos, features, temperature).scores(photos.known, features, temperature)
        temperature = best_temperature(logits, photos.truth, shifts, strange)
    return temperature, _strangers(photos, features, temperature)


def _strangers(photos: CalibratePhotos, features: KnownFeatures, temperature: float) -> StrangerFit:
    return fit_strangers(photos.known, (photos.never_learned, photos.not_skin), features, temperature)


def _best_shifts(photos: CalibratePhotos) -> tuple[float, Scores]:
    """How far to trust what is told, and the shifts that are left."""
    if photos.shifts is None:
        return 0.0, np.zeros((1, 1))
    logits, shifts = photos.known.logits[:, :-1], photos.shifts

    def surprise_at(strength: float) -> float:
        temperature = best_temperature(logits, photos.truth, strength * shifts)
        return surprise(softmax(logits, temperature, strength * shifts), photos.truth, np.ones(1))

    strength = best_strength(surprise_at)
    return strength, strength * shifts


def _warned(
    scores: Scores, none: float, classes: tuple[str, ...], thresholds: Thresholds, catalogue: Catalogue
) -> bool:
    """Whether the finding says "soon" without regard to the total of malignant scores."""
    named = sorted(zip((*classes, NONE_OF_THESE), (*scores, none), strict=True), key=lambda pair: -pair[1])
    candidates = tuple(Candidate(name, float(score)) for name, score in named)
    decision = decide(candidates, thresholds, catalogue)
    return urgency_of(candidates, decision, catalogue).is_pressing


def _round_up(score: float) -> float:
    return round(float(np.ceil(score / _FINEST)) * _FINEST, 3)
