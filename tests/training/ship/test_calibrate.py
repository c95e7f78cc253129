import numpy as np
import pytest

from training.judge.figures import auroc, balanced_accuracy, calibration_error, macro_f1, precision
from training.ship.agreement import compare
from training.ship.calibrate import best_temperature, calibrate, inconclusive_below, look_soon_from
from training.ship.refit import refit_head

RNG = np.random.default_rng(0)


def test_calibration_finds_the_temperature_that_the_logits_were_scaled_by() -> None:
    honest = RNG.normal(0, 2, (4000, 5))
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    truth = np.array([RNG.choice(5, p=p) for p in chances])
    assert best_temperature((honest * 1.7).astype(np.float32), truth) == pytest.approx(1.7, abs=0.1)


def test_about_an_eighth_of_the_photos_is_declined() -> None:
    top = RNG.uniform(0.2, 1, 1000)
    assert (top < inconclusive_below(top)).mean() == pytest.approx(0.12, abs=0.005)


def test_the_warning_is_the_smallest_score_that_at_most_three_in_ten_nevi_reach() -> None:
    nevi = np.linspace(0, 0.999, 1000)
    threshold = look_soon_from(nevi)
    assert (nevi >= threshold).mean() <= 0.30 < (nevi >= threshold - 0.002).mean()


def test_a_calibration_says_how_its_thresholds_came_out() -> None:
    truth = RNG.integers(0, 3, 600)
    logits = (3 * np.eye(3)[truth] + RNG.normal(0, 1.5, (600, 3))).astype(np.float32)
    found = calibrate(logits, truth, malignant=np.array([True, False, False]), nevus=1)
    assert found.declined == pytest.approx(0.12, abs=0.01)
    assert found.flagged_nevi <= 0.30
    assert 0 < found.look_soon_from < 1


def test_balanced_accuracy_is_the_mean_recall_of_classes_with_enough_photos() -> None:
    truth, said = np.array([0, 0, 0, 0, 1, 1, 2]), np.array([0, 0, 0, 1, 1, 0, 0])
    assert balanced_accuracy(truth, said) == pytest.approx((0.75 + 0.5 + 0) / 3)
    assert balanced_accuracy(truth, said, fewest=2) == pytest.approx((0.75 + 0.5) / 2)
    assert np.isnan(balanced_accuracy(truth, said, fewest=20))


def test_a_class_never_answered_has_no_precision_and_no_f1() -> None:
    truth, said = np.array([0, 1]), np.array([0, 0])
    assert precision(truth, said, 1) is None
    assert macro_f1(truth, said) == pytest.approx((2 / 3 + 0) / 2)


def test_scores_that_keep_their_word_have_no_calibration_error() -> None:
    right = np.array([True, True, True, False])
    assert calibration_error(np.full(4, 0.75), right) == pytest.approx(0)
    assert calibration_error(np.full(4, 1.0), right) == pytest.approx(0.25)


def test_auroc_is_one_where_strangers_stand_apart_and_half_where_all_are_alike() -> None:
    assert auroc(np.array([0.8, 0.9]), np.array([0.1, 0.2])) == 1
    assert auroc(np.full(3, 0.5), np.full(4, 0.5)) == pytest.approx(0.5)


def test_a_network_agrees_with_itself() -> None:
    logits = RNG.normal(0, 1, (50, 4)).astype(np.float32)
    same = compare(logits, logits, RNG.integers(0, 4, 50), temperature=1.0)
    assert (same.same_top, same.largest_gap) == (1.0, 0.0)


def test_a_refitted_head_makes_up_for_a_shift_of_its_features() -> None:
    exact = RNG.normal(1, 1, (400, 12)).astype(np.float32)
    kernel, bias = RNG.normal(0, 1, (12, 3)).astype(np.float32), np.zeros(3, np.float32)
    rounded = (0.9 * exact + 0.2).astype(np.float32)
    logits = exact @ kernel + bias
    fitted, shift = refit_head(rounded, logits, kernel, bias)
    before = np.abs(rounded @ kernel + bias - logits).mean()
    assert np.abs(rounded @ fitted + shift - logits).mean() < before / 4
