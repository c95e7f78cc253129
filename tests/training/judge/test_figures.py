import numpy as np
import pytest

from training.judge.figures import auroc, balanced_accuracy, calibration_error, macro_f1, precision


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
