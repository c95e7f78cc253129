"""How age and body site go with conditions, from the train split: log ratios for the manifest.

Where a photo comes from goes with both (a data set of faces, a clinic for the old), so the ratios are taken
within clinical and within dermoscopic photos, and then averaged by their numbers.
"""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from models.body_sites import BODY_SITES
from models.context import Context
from training.photos.row import Row

AGES_YEARS = (30.0, 40.0, 50.0, 60.0, 70.0, 80.0)

_PRIOR_PHOTOS = 15.0
"""So many photos of the usual mixture are added to each age and site: few photos then say little."""

_STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)

Ratios = NDArray[np.float64]


def learn_context(rows: Sequence[Row], numbers: NDArray[np.int64], classes: int) -> Context:
    """The log ratios of ``rows`` of the train split, whose class numbers are ``numbers``; strength 1."""

    def ratios(part: Callable[[Row], Hashable], value: Hashable) -> tuple[float, ...]:
        return tuple(_ratios(rows, numbers, classes, [part(row) == value for row in rows]).round(3).tolist())

    return Context(
        strength=1.0,
        ages_years=AGES_YEARS,
        by_age=tuple(ratios(_band, band) for band in range(len(AGES_YEARS) + 1)),
        by_site={site: ratios(lambda row: row.body_site, site) for site in BODY_SITES},
    )


def best_strength(surprise: Callable[[float], float]) -> float:
    """The strength under which ``surprise`` (negative mean log likelihood of the truth) is least."""
    return min(_STRENGTHS, key=surprise)


def _band(row: Row) -> int | None:
    return None if row.age is None else int(np.digitize(row.age, AGES_YEARS))


def _ratios(rows: Sequence[Row], numbers: NDArray[np.int64], classes: int, chosen: Sequence[bool]) -> Ratios:
    """Log of how much likelier each class is among ``chosen`` rows than among all of their kind of photo."""
    total, photos = np.zeros(classes), 0
    for clinical in (True, False):
        kind = np.array([row.clinical is clinical for row in rows], bool)
        here = kind & np.array(chosen, bool)
        usual = np.bincount(numbers[kind], minlength=classes) / max(int(kind.sum()), 1)
        found = np.bincount(numbers[here], minlength=classes)
        likely = (found + _PRIOR_PHOTOS * usual) / (here.sum() + _PRIOR_PHOTOS)
        # A condition without a photo of this kind has nothing to be likelier than.
        total += here.sum() * np.log(np.divide(likely, usual, out=np.ones(classes), where=usual > 0))
        photos += int(here.sum())
    return np.asarray(total / max(photos, 1), np.float64)
