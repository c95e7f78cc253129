"""Rare conditions are found about as often as common ones, as far as scores stay honest."""

import numpy as np
import pytest
from numpy.typing import NDArray

from models.scoring import softmax
from training.judge.figures import balanced_accuracy, calibration_error
from training.ship import balance
from training.ship.balance import LARGEST_ERROR, best_balance
from training.ship.temperature import best_temperature

NOTHING_TOLD = np.zeros((1, 3))
SHARES = (0.8, 0.15, 0.05)
PHOTOS = 3000

Photos = tuple[NDArray[np.float32], NDArray[np.int64]]


@pytest.fixture
def photos() -> Photos:
    """What an honest network says of three conditions, of which one is common and one rare."""
    rng = np.random.default_rng(0)
    truth = rng.choice(3, PHOTOS, p=SHARES)
    seen = rng.normal(0, 1, (PHOTOS, 3)) + 1.5 * np.eye(3)[truth]
    return (1.5 * seen + np.log(SHARES)).astype(np.float32), truth


def test_rare_conditions_are_found_more_often(photos: Photos) -> None:
    logits, truth = photos
    shift = best_balance(logits, truth, NOTHING_TOLD)
    before, after = (balanced_accuracy(truth, said.argmax(axis=1)) for said in (logits, logits + shift))
    assert after > before + 0.03
    assert shift[2] > shift[1] > shift[0]
    assert shift.sum() == pytest.approx(0, abs=1e-9)


def test_scores_stay_honest_on_photos_that_the_shift_was_not_fitted_to(photos: Photos) -> None:
    logits, truth = photos
    half = PHOTOS // 2
    shift = best_balance(logits[:half], truth[:half], NOTHING_TOLD)
    temperature = best_temperature(logits[:half], truth[:half], shift)
    scores = softmax(logits[half:], temperature, shift)
    error = calibration_error(scores.max(axis=1), scores.argmax(axis=1) == truth[half:])
    assert error < LARGEST_ERROR + 0.02


def test_where_no_shift_is_honest_there_is_none(photos: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(balance, "LARGEST_ERROR", 0.0)
    assert not best_balance(*photos, NOTHING_TOLD).any()


def test_what_is_told_counts_before_the_shift(photos: Photos) -> None:
    logits, truth = photos
    told = -np.log(SHARES) * np.ones((PHOTOS, 1))
    assert (
        np.abs(best_balance(logits, truth, told)).max()
        < 0.5 * np.abs(best_balance(logits, truth, NOTHING_TOLD)).max()
    )


def test_the_same_photos_give_the_same_shift(photos: Photos) -> None:
    assert (best_balance(*photos, NOTHING_TOLD) == best_balance(*photos, NOTHING_TOLD)).all()
