"""How far a figure may be off by the luck of who is in the test photos: 95 % intervals.

Photos of one patient or lesion resemble each other, so whole groups are drawn again, never
single photos (cluster bootstrap: Davison and Hinkley, Bootstrap Methods, 1997, section 3.8).
Each function of ``times`` gives one value a resample; ``times`` is float64 ``[resamples, photos]``,
how often a photo is in each resample.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.judge.figures import BINS, Numbers, Scores, bin_of

RESAMPLES = 2000
_SEED = 1
_TAILS = (0.025, 0.975)
_Z = 1.959964  # the normal distribution's 0.975 quantile

Times = NDArray[np.float64]
Bools = NDArray[np.bool_]
Interval = list[float]
"""Lower and upper end, four digits."""


def resample(groups: Sequence[str], resamples: int = RESAMPLES, seed: int = _SEED) -> Times:
    """Draw as many groups as there are, with replacement; ``groups`` names that of each photo."""
    names, of_photo = np.unique(np.array(groups), return_inverse=True)
    drawn = np.random.default_rng(seed).multinomial(len(names), [1 / len(names)] * len(names), resamples)
    return drawn.astype(np.float64)[:, of_photo]


def percentiles(values: Scores) -> Interval | None:
    """Between which the middle 95 % of ``values`` lie, NaN left out; None where all are NaN."""
    found = values[~np.isnan(values)]
    if not len(found):
        return None
    low, high = np.quantile(found, _TAILS)
    return [round(float(low), 4), round(float(high), 4)]


def wilson(share: float, trials: int) -> Interval | None:
    """Wilson's score interval of ``share`` in ``trials`` (Wilson 1927); None without a trial.

    Unlike a bootstrap it stays wide where every answer or none is right.
    """
    if not trials:
        return None
    slack = _Z**2 / trials
    centre = (share + slack / 2) / (1 + slack)
    reach = math.sqrt(share * (1 - share) * slack + slack**2 / 4) / (1 + slack)
    return [round(max(0.0, centre - reach), 4), round(min(1.0, centre + reach), 4)]


def shares(times: Times, yes: Bools) -> Scores:
    """The share of photos for which ``yes`` ``[photos]`` holds; NaN in a resample without photos."""
    with np.errstate(invalid="ignore"):
        return np.asarray(times @ yes / times.sum(axis=1), np.float64)


def balanced_accuracies(times: Times, truth: Numbers, said: Numbers, fewest: int) -> Scores:
    """Mean recall over the classes with ``fewest`` photos or more before resampling.

    A class that a resample lacks is left out there; NaN where all are.
    """
    measured = [number for number in np.unique(truth) if (truth == number).sum() >= fewest]
    found = [shares(times[:, truth == number], said[truth == number] == number) for number in measured]
    recalls = np.reshape(np.array(found, np.float64), (len(measured), len(times)))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(recalls, axis=0) / (~np.isnan(recalls)).sum(axis=0), np.float64)


def calibration_errors(times: Times, top: Scores, right: Bools) -> Scores:
    """Expected calibration error; resamples are noisier than the photos, so it leans upwards."""
    in_bin = bin_of(top)[:, np.newaxis] == np.arange(BINS)
    gaps = times @ (in_bin * (right - top)[:, np.newaxis])
    return np.asarray(np.abs(gaps).sum(axis=1) / times.sum(axis=1), np.float64)


def aurocs(times: Times, scores: Scores, strange: Bools) -> Scores:
    """How often a ``strange`` photo scores higher than another; ties count half."""
    usual = scores[~strange]
    order = np.argsort(usual)
    below = np.pad(np.cumsum(times[:, ~strange][:, order], axis=1), ((0, 0), (1, 0)))
    places = [np.searchsorted(usual[order], scores[strange], side) for side in ("left", "right")]
    wins = (times[:, strange] * (below[:, places[0]] + below[:, places[1]])).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.asarray(wins / 2 / (times[:, strange].sum(axis=1) * below[:, -1]), np.float64)
