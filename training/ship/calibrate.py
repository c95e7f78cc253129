"""Temperature, strangeness and thresholds, chosen on the calibrate split and on nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.conditions import Catalogue, Urgency
from models.decision import Candidate, decide
from models.finding import urgency_of
from models.manifest import Measure, Thresholds
from models.scoring import softmax
from models.strangeness import NONE_OF_THESE, KnownFeatures, measures, none_scores
from training.ship.logistic import fit_logistic
from training.ship.outputs import FileOutputs

DECLINED_SHARE = 0.12
"""About one photo in eight is declined: enough to catch a good part of the errors."""

STRANGERS_SHARE = 0.04
"""Of these, so many known photos at most are taken for strangers."""

FLAGGED_NEVI = 0.27
"""At most this share of moles is told to be looked at soon; 0.30 is allowed, and other photos differ."""

_STRANGERS_WEIGHT = 0.12
"""How common strangers are taken to be; half of them skin that was never learned, half no skin."""

_NO_STRANGER = -10.0
"""The bias where there is no stranger to learn from: nothing is taken for one."""

_ROUNDS = 3
_MEASURES: tuple[Measure, ...] = ("none_odds", "doubt", "distance")
_FINEST = 0.001

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class CalibratePhotos:
    """The calibrate split through the model's file: known photos with their class numbers, and strangers."""

    known: FileOutputs
    truth: NDArray[np.int64]
    never_learned: FileOutputs
    not_skin: FileOutputs


@dataclass(frozen=True)
class Calibration:
    """What goes into the manifest, and how each threshold came out on the calibrate split.

    ``weights`` has a weight for each measure of ``models.strangeness``.
    """

    temperature: float
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
    """Choose the temperature, then who is a stranger, then when to decline and when to warn."""
    temperature, bias, weights = _fit(photos, features)
    strange = _none(photos.known, features, temperature, bias, weights)
    scores = softmax(photos.known.logits[:, :-1], temperature) * (1 - strange)[:, np.newaxis]
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
        bias=bias,
        weights=weights,
        none_from=none_from,
        inconclusive_below=below,
        look_soon_from=soon,
        declined=float((stranger | (scores.max(axis=1) < below)).mean()),
        declined_as_strangers=float(stranger.mean()),
        flagged_nevi=flagged,
    )


def best_temperature(
    logits: NDArray[np.float32], truth: NDArray[np.int64], strange: Scores | float = 0.0
) -> float:
    """The temperature, in hundredths from 0.3 to 4, under which the truth is likeliest (Guo et al. 2017).

    ``strange`` ``[photos]`` is the share that "none of these" takes from every condition beforehand.
    """
    tried = np.arange(30, 401) / 100
    known = np.asarray(1 - np.asarray(strange))
    return float(min(tried, key=lambda t: _surprise(softmax(logits, float(t)), truth, known)))


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


def _fit(photos: CalibratePhotos, features: KnownFeatures) -> tuple[float, float, dict[Measure, float]]:
    """Temperature and strangeness by turns: each changes what the other sees."""
    temperature = best_temperature(photos.known.logits[:, :-1], photos.truth)
    for _ in range(_ROUNDS):
        bias, weights = _fit_strangeness(photos, features, temperature)
        strange = _none(photos.known, features, temperature, bias, weights)
        temperature = best_temperature(photos.known.logits[:, :-1], photos.truth, strange)
    return (temperature, *_fit_strangeness(photos, features, temperature))


def _fit_strangeness(
    photos: CalibratePhotos, features: KnownFeatures, temperature: float
) -> tuple[float, dict[Measure, float]]:
    if not len(photos.never_learned.logits) + len(photos.not_skin.logits):
        return _NO_STRANGER, dict.fromkeys(_MEASURES, 0.0)
    kinds = (photos.known, photos.never_learned, photos.not_skin)
    shares = (1 - _STRANGERS_WEIGHT, _STRANGERS_WEIGHT / 2, _STRANGERS_WEIGHT / 2)
    measured = [_measured(kind, features, temperature) for kind in kinds]
    counts = [len(kind) for kind in measured]
    weights = np.concatenate([np.full(n, share / max(n, 1)) for n, share in zip(counts, shares, strict=True)])
    wanted = np.arange(sum(counts)) >= counts[0]
    bias, found = fit_logistic(np.concatenate(measured), wanted, weights)
    return round(bias, 4), {name: round(float(w), 4) for name, w in zip(_MEASURES, found, strict=True)}


def _measured(outputs: FileOutputs, features: KnownFeatures, temperature: float) -> Scores:
    if not len(outputs.logits):
        return np.zeros((0, len(_MEASURES)))
    found = measures(
        outputs.logits.astype(np.float64), outputs.features.astype(np.float64), features, temperature
    )
    return np.column_stack([found[name] for name in _MEASURES])


def _none(
    outputs: FileOutputs,
    features: KnownFeatures,
    temperature: float,
    bias: float,
    weights: dict[Measure, float],
) -> Scores:
    measured = _measured(outputs, features, temperature)
    return none_scores(dict(zip(_MEASURES, measured.T, strict=True)), bias, weights)


def _warned(
    scores: Scores, none: float, classes: tuple[str, ...], thresholds: Thresholds, catalogue: Catalogue
) -> bool:
    """Whether the finding says "soon" without regard to the total of malignant scores."""
    named = sorted(zip((*classes, NONE_OF_THESE), (*scores, none), strict=True), key=lambda pair: -pair[1])
    candidates = tuple(Candidate(name, float(score)) for name, score in named)
    decision = decide(candidates, thresholds, catalogue)
    return urgency_of(candidates, decision, catalogue) in (Urgency.EMERGENCY, Urgency.SOON)


def _surprise(scores: Scores, truth: NDArray[np.int64], known: Scores) -> float:
    return float(-np.log(scores[np.arange(len(truth)), truth] * known + 1e-12).mean())


def _round_up(score: float) -> float:
    return round(float(np.ceil(score / _FINEST)) * _FINEST, 3)
