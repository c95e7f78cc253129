"""Two ways to decline, side by side: thresholds on calibrated scores, and sets of conditions.

The first is what ships: too low a best score, or too high a score of "none of these". The second
gives each photo the set of conditions whose scores are usual for photos of them (class-conditional
conformal prediction, Sadinle, Lei and Wasserman 2019, arXiv:1609.00451), and declines where that set is empty
or large. Both are set on the calibrate split so that they decline equally many known photos there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from training.judge.figures import share
from training.judge.judging import Judged
from training.judge.strata import Strata, of_condition, stratify

MOST_IN_A_SET = 3
"""A set of more conditions tells a person nothing."""

_TRIED = np.arange(1, 400) / 1000

Declines = Callable[[Judged], bool]


@dataclass(frozen=True)
class Declining:
    """How one way to decline does on the test split; shares from 0 to 1, None where there are no photos.

    ``coverage`` is the share of known photos not declined, ``accuracy`` that of right answers among them;
    the others are shares of photos declined.
    """

    coverage: float | None
    accuracy: float | None
    wrong: float | None
    never_learned: float | None
    not_skin: float | None


@dataclass(frozen=True)
class Sets:
    """Conformal sets: a condition belongs to a photo's set from its score in ``least`` up.

    ``missed`` is the share of photos of each condition whose set may lack it.
    """

    least: Mapping[str, float]
    missed: float

    def of(self, photo: Judged) -> tuple[str, ...]:
        """The conditions that may be what the photo shows, the likeliest first."""
        return tuple(code for code, score in photo.scores.items() if score >= self.least.get(code, 2.0))

    def declines(self, photo: Judged) -> bool:
        """Whether the set says nothing: it is empty or too large."""
        return not 1 <= len(self.of(photo)) <= MOST_IN_A_SET


def two_ways(
    calibrated: Sequence[Judged], tested: Sequence[Judged], classes: tuple[str, ...]
) -> tuple[dict[str, Declining], Sets]:
    """Both ways on ``tested``, set on ``calibrated``; the sets too."""
    known = stratify(calibrated, classes).known
    sets = matching_sets(known, float(np.mean([photo.inconclusive for photo in known])))
    strata = stratify(tested, classes)
    ways: dict[str, Declines] = {"thresholds": lambda photo: photo.inconclusive, "sets": sets.declines}
    return {name: _measure(strata, declines) for name, declines in ways.items()}, sets


def matching_sets(known: Sequence[Judged], declined: float) -> Sets:
    """The sets that decline the share of ``known`` photos nearest to ``declined``."""
    tried = [conformal_sets(known, float(missed)) for missed in _TRIED]
    return min(tried, key=lambda sets: abs(float(np.mean([sets.declines(p) for p in known])) - declined))


def conformal_sets(known: Sequence[Judged], missed: float) -> Sets:
    """Sets that lack the true condition for at most a share ``missed`` of each condition's photos."""
    codes = sorted({photo.row.code for photo in known})
    return Sets({code: _least(known, code, missed) for code in codes}, missed)


def truth_in_set(sets: Sets, known: Sequence[Judged], code: str) -> float | None:
    """The share of the photos of ``code`` whose set holds it."""
    return share(code in sets.of(photo) for photo in of_condition(known, code))


def _least(known: Sequence[Judged], code: str, missed: float) -> float:
    """The score that all but a share ``missed`` of the photos of ``code`` reach (conformal quantile)."""
    scores = np.sort([photo.scores.get(code, 0.0) for photo in of_condition(known, code)])
    below = int(np.floor(missed * (len(scores) + 1)))
    return float(scores[below - 1]) if below else 0.0


def _measure(strata: Strata, declines: Declines) -> Declining:
    return Declining(
        coverage=share(not declines(photo) for photo in strata.known),
        accuracy=share(photo.right for photo in strata.known if not declines(photo)),
        wrong=share(declines(photo) for photo in strata.known if not photo.right),
        never_learned=share(declines(photo) for photo in strata.never_learned),
        not_skin=share(declines(photo) for photo in strata.not_skin),
    )
