"""The curves of a model: how each figure moves with the score, for plots and tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from training.judge.figures import BINS, Scores, bin_of, rounded
from training.judge.judging import Judged
from training.judge.strata import Strata, of_condition, strangenesses, top_scores

HISTOGRAM_BINS = 20
_COVERAGES = [tenths / 10 for tenths in range(10, 0, -1)]
_THRESHOLDS = [fiftieths / 50 for fiftieths in range(51)]


def curves(strata: Strata) -> dict[str, Any]:
    """Lists of points, each empty where its photos are missing.

    ``reliability``: for each of 15 bins its photos, their mean top score, the share right
    (None in an empty bin). ``coverage``: the accuracy of the surest tenths and the score they start
    from. ``flagged``: melanomas and nevi whose total malignant score reaches a threshold.
    ``top_score`` and ``strangeness``: photos in 20 equal bins of 0 to 1, by stratum.
    """
    return {
        "reliability": _reliability(strata.known),
        "coverage": _coverage(strata.known),
        "flagged": _flagged(strata.known),
        "top_score": {name: _histogram(top_scores(photos)) for name, photos in vars(strata).items()},
        "strangeness": {name: _histogram(strangenesses(photos)) for name, photos in vars(strata).items()},
    }


def _reliability(known: Sequence[Judged]) -> list[dict[str, Any]]:
    top, right = top_scores(known), _right(known)
    bins = bin_of(top)
    return [
        {"photos": int((bins == b).sum()), "score": _mean(top[bins == b]), "right": _mean(right[bins == b])}
        for b in range(BINS)
    ]


def _coverage(known: Sequence[Judged]) -> list[dict[str, float | None]]:
    if not known:
        return []
    top, right = top_scores(known), _right(known)
    order = np.argsort(-top, kind="stable")
    points = []
    for coverage in _COVERAGES:
        surest = order[: int(np.ceil(coverage * len(known)))]
        points.append(
            {
                "coverage": coverage,
                "accuracy": _mean(right[surest]),
                "from_score": rounded(float(top[surest].min())),
            }
        )
    return points


def _flagged(known: Sequence[Judged]) -> list[dict[str, float | None]]:
    melanomas, nevi = (
        np.array([photo.malignant for photo in of_condition(known, code)], np.float64)
        for code in ("melanoma", "nevus")
    )
    if not len(melanomas) or not len(nevi):
        return []
    return [
        {"from_score": t, "melanoma": _mean(melanomas >= t), "nevi": _mean(nevi >= t)} for t in _THRESHOLDS
    ]


def _histogram(scores: Scores) -> list[int]:
    return [int(count) for count in np.histogram(scores, HISTOGRAM_BINS, (0, 1))[0]]


def _right(known: Sequence[Judged]) -> Scores:
    return np.array([photo.right for photo in known], np.float64)


def _mean(values: Any) -> float | None:
    return rounded(float(values.mean())) if len(values) else None
