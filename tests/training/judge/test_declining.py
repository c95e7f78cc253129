"""Two ways to decline: thresholds and conformal sets."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from training.judge.declining import Sets, conformal_sets, matching_sets, truth_in_set, two_ways
from training.judge.judging import Judged

CLASSES = ("melanoma", "nevus")


@pytest.fixture
def many(judged: Callable[..., Judged]) -> list[Judged]:
    """400 photos whose scores scatter; the surer, the likelier right."""
    rng = np.random.default_rng(2)
    made = []
    for _ in range(400):
        code = str(rng.choice(CLASSES))
        own = float(np.clip(rng.normal(0.7, 0.2), 0.01, 0.99))
        other = CLASSES[1 - CLASSES.index(code)]
        ranked = sorted({code: own, other: 1 - own}.items(), key=lambda pair: -pair[1])
        photo = replace(judged(code, code), scores=dict(ranked))
        made.append(replace(photo, inconclusive=photo.top_score < 0.6))
    return made


@pytest.mark.parametrize("missed", [0.05, 0.1, 0.3])
def test_a_set_lacks_the_truth_for_no_more_than_the_share_allowed(many: list[Judged], missed: float) -> None:
    sets = conformal_sets(many, missed)
    for code in CLASSES:
        assert (truth_in_set(sets, many, code) or 0.0) >= 1 - missed


def test_a_set_of_none_or_of_too_many_declines(judged: Callable[..., Judged]) -> None:
    photo = replace(judged("nevus", "nevus"), scores={"a": 0.4, "b": 0.3, "c": 0.2, "nevus": 0.1})
    assert Sets({"a": 0.5, "b": 0.5}, 0.1).declines(photo)
    assert Sets(dict.fromkeys(photo.scores, 0.1), 0.1).declines(photo)
    assert not Sets({"a": 0.4, "b": 0.5}, 0.1).declines(photo)
    assert Sets({"a": 0.4, "b": 0.3}, 0.1).of(photo) == ("a", "b")


def test_both_ways_decline_equally_many_of_the_photos_they_are_set_on(many: list[Judged]) -> None:
    declined = float(np.mean([photo.inconclusive for photo in many]))
    sets = matching_sets(many, declined)
    assert np.mean([sets.declines(photo) for photo in many]) == pytest.approx(declined, abs=0.03)


def test_declining_what_is_unsure_leaves_what_is_right(many: list[Judged]) -> None:
    ways, _ = two_ways(many, many, CLASSES)
    plain = np.mean([photo.top == photo.row.code for photo in many])
    assert (ways["thresholds"].accuracy or 0.0) > plain
    assert (ways["thresholds"].wrong or 0.0) > 1 - (ways["thresholds"].coverage or 1.0)


def test_where_there_are_no_strangers_nothing_is_said_of_them(many: list[Judged]) -> None:
    ways, _ = two_ways(many, many, CLASSES)
    assert ways["sets"].never_learned is None
    assert ways["sets"].not_skin is None
