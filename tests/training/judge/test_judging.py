from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.conditions import load_catalogue
from models.decision import Candidate, Decision
from models.strangeness import NONE_OF_THESE
from training.judge.judging import Judged, judge_rows
from training.photos.row import Row


def stand_in(scores: dict[str, float], decision: Decision) -> Any:
    """A classifier that says the same of every photo."""
    candidates = tuple(Candidate(code, score) for code, score in scores.items())
    return SimpleNamespace(
        decode=lambda photo: photo,
        classify=lambda image, told: SimpleNamespace(candidates=candidates, decision=decision),
        catalogue=load_catalogue(),
    )


@pytest.fixture
def judge(row: Callable[..., Row], images: Path) -> Callable[..., Judged]:
    def say(scores: dict[str, float], inconclusive: bool, look_soon: bool) -> Judged:
        decision = Decision(inconclusive, "unsure" if inconclusive else None, look_soon)
        return judge_rows(stand_in(scores, decision), [row("0.jpg")], images, lambda: None)[0]

    return say


def test_none_of_these_stands_first_and_is_still_no_condition(judge: Callable[..., Judged]) -> None:
    photo = judge({NONE_OF_THESE: 0.5, "melanoma": 0.3, "nevus": 0.2}, True, False)
    assert (photo.top, photo.top_score, photo.strangeness) == ("melanoma", 0.3, 0.5)
    assert sum(photo.scores.values()) == 1
    assert photo.malignant == 0.3
    assert not photo.flagged


def test_without_none_of_these_a_photo_is_as_strange_as_its_first_score_lacks(
    judged: Callable[..., Judged],
) -> None:
    photo = judged("nevus", "melanoma", 0.7)
    assert (photo.top, photo.top_score) == ("melanoma", 0.7)
    assert np.isclose(photo.strangeness, 0.3)
    assert np.isclose(sum(photo.scores.values()), 1)


@pytest.mark.parametrize(
    ("scores", "inconclusive", "look_soon", "flagged"),
    [
        ({"melanoma": 0.7, "nevus": 0.3}, False, False, True),
        ({"melanoma": 0.4, "nevus": 0.3}, True, False, False),
        ({"nevus": 0.7, "melanoma": 0.3}, False, True, True),
        ({NONE_OF_THESE: 0.6, "melanoma": 0.4}, True, True, True),
        ({"nevus": 0.7, "melanoma": 0.3}, False, False, False),
    ],
)
def test_a_person_is_warned_by_an_urgent_estimate_or_by_malignant_scores(
    judge: Callable[..., Judged], scores: dict[str, float], inconclusive: bool, look_soon: bool, flagged: bool
) -> None:
    assert judge(scores, inconclusive, look_soon).flagged is flagged
