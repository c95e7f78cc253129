import numpy as np
import pytest

from training.ship.logistic import fit_logistic

RNG = np.random.default_rng(6)


def test_the_weights_that_made_the_answers_are_found_again() -> None:
    measured = RNG.normal(0, 1, (20000, 3))
    chances = 1 / (1 + np.exp(-(-1.5 + measured @ [1.0, -0.5, 2.0])))
    bias, found = fit_logistic(measured, RNG.random(20000) < chances, np.ones(20000))
    assert bias == pytest.approx(-1.5, abs=0.1)
    # The ridge draws large weights in by a few hundredths.
    assert found == pytest.approx([1.0, -0.5, 2.0], abs=0.12)


def test_answers_that_a_line_parts_give_finite_weights_that_part_them() -> None:
    measured = np.concatenate([RNG.uniform(-2, -1, (40, 2)), RNG.uniform(1, 2, (40, 2))])
    wanted = np.arange(80) >= 40
    bias, found = fit_logistic(measured, wanted, np.ones(80))
    assert np.isfinite([bias, *found]).all()
    assert np.abs(found).max() < 50
    assert ((bias + measured @ found > 0) == wanted).all()


def test_a_photo_with_twice_the_weight_counts_like_two() -> None:
    measured, wanted = RNG.normal(0, 1, (60, 2)), RNG.random(60) < 0.4
    twice = np.where(np.arange(60) < 20, 2.0, 1.0)
    bias, found = fit_logistic(measured, wanted, twice)
    again = np.concatenate([measured, measured[:20]]), np.concatenate([wanted, wanted[:20]])
    expected_bias, expected = fit_logistic(*again, np.ones(80))
    assert [bias, *found] == pytest.approx([expected_bias, *expected], abs=1e-6)


def test_where_every_answer_is_no_the_odds_are_low_and_finite() -> None:
    measured = RNG.normal(0, 1, (50, 3))
    bias, found = fit_logistic(measured, np.zeros(50, bool), np.ones(50))
    assert np.isfinite([bias, *found]).all()
    assert (bias + measured @ found).max() < -5
