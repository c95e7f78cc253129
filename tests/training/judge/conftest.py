"""Judged photos made by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from models.manifest import SHIPPED, load_manifest
from models.strangeness import NONE_OF_THESE
from training.judge.judging import Judged
from training.photos.row import Row

CLASSES = load_manifest(SHIPPED).conditions


@pytest.fixture
def classes() -> tuple[str, ...]:
    """The conditions of the model that ships."""
    return CLASSES


@pytest.fixture
def judged(row: Callable[..., Row]) -> Callable[..., Judged]:
    """Make a photo of condition ``code`` whose first condition is ``said`` with score ``top``.

    ``none`` is the score of NONE_OF_THESE, None for a model without it; the other conditions
    share what is left.
    """

    def make(code: str, said: str, top: float = 0.6, **changes: Any) -> Judged:
        none = changes.pop("none", None)
        verdict = {key: changes.pop(key, False) for key in ("inconclusive", "flagged")}
        malignant = changes.pop("malignant", 0.0)
        left = (1 - top - (none or 0)) / (len(CLASSES) - 1)
        scores = {said: top} | {other: left for other in CLASSES if other != said}
        if none is not None:
            scores[NONE_OF_THESE] = none
        ranked = dict(sorted(scores.items(), key=lambda pair: -pair[1]))
        photo = row(changes.pop("path", f"{code} {said}"), code=code, **changes)
        return Judged(photo, ranked, **verdict, malignant=malignant)

    return make
