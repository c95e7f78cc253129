import numpy as np
import pytest

from training.judge.figures import auroc, balanced_accuracy, calibration_error
from training.judge.intervals import (
    aurocs,
    balanced_accuracies,
    calibration_errors,
    percentiles,
    resample,
    shares,
    wilson,
)

ONCE = np.ones((1, 60))
DICE = np.random.default_rng(5)
TRUTH, SAID = DICE.integers(0, 3, 60), DICE.integers(0, 3, 60)
TOP = DICE.random(60).round(1)


def test_photos_of_one_lesion_are_drawn_together() -> None:
    times = resample(["a", "b", "a", "c"], resamples=50)
    assert times.shape == (50, 4)
    assert np.array_equal(times[:, 0], times[:, 2])
    assert np.array_equal(times[:, [0, 1, 3]].sum(axis=1), np.full(50, 3.0))


def test_twenty_eight_lesions_half_of_them_right_give_the_binomials_quantiles() -> None:
    """Of 28 throws of a coin at most 8 are heads with 0.018, at most 9 with 0.044: the ends are 9 and 19."""
    right = np.arange(28) < 14
    groups = [f"{number:02}" for number in range(28)]
    assert percentiles(shares(resample(groups), right)) == [0.3214, 0.6786]


def test_ten_photos_of_each_lesion_tell_no_more_than_one() -> None:
    """Were photos drawn, the interval of 280 would be 0.44 to 0.56."""
    right = np.repeat(np.arange(28) < 14, 10)
    groups = [f"{number:02}" for number in range(28) for _ in range(10)]
    assert percentiles(shares(resample(groups), right)) == [0.3214, 0.6786]


def test_the_same_photos_in_another_order_give_the_same_interval() -> None:
    groups = [f"{number:02}" for number in range(30)]
    right = np.arange(30) < 7
    assert percentiles(shares(resample(groups), right)) == percentiles(
        shares(resample(groups[::-1]), right[::-1])
    )


def test_drawing_every_photo_once_gives_the_figures_themselves() -> None:
    right, strange = TRUTH == SAID, np.arange(60) < 25
    assert shares(ONCE, right)[0] == pytest.approx(right.mean())
    assert balanced_accuracies(ONCE, TRUTH, SAID, 1)[0] == pytest.approx(balanced_accuracy(TRUTH, SAID))
    assert calibration_errors(ONCE, TOP, right)[0] == pytest.approx(calibration_error(TOP, right))
    assert aurocs(ONCE, TOP, strange)[0] == pytest.approx(auroc(TOP[strange], TOP[~strange]))


def test_drawing_a_photo_twice_counts_it_twice() -> None:
    times = np.array([[2.0, 1.0, 0.0, 1.0]])
    truth, said = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1])
    assert shares(times, truth == said)[0] == 0.75
    assert balanced_accuracies(times, truth, said, 1)[0] == pytest.approx((2 / 3 + 1) / 2)
    # The usual 0.2 (twice) and 0.4 against the strange 0.3 (once): two wins of three.
    scores, strange = np.array([0.2, 0.4, 0.9, 0.3]), np.array([False, False, True, True])
    assert aurocs(times, scores, strange)[0] == pytest.approx(2 / 3)


def test_a_condition_that_a_resample_lacks_is_left_out_of_its_mean() -> None:
    times = np.array([[1.0, 1.0, 0.0]])
    truth, said = np.array([0, 0, 1]), np.array([0, 1, 1])
    assert balanced_accuracies(times, truth, said, 1)[0] == 0.5


def test_a_condition_with_too_few_photos_is_not_measured() -> None:
    truth, said = np.array([0, 0, 1]), np.array([0, 0, 0])
    assert balanced_accuracies(np.ones((1, 3)), truth, said, 2)[0] == 1.0
    assert percentiles(balanced_accuracies(np.ones((4, 3)), truth, said, 3)) is None


def test_wilsons_interval_is_the_textbooks_and_stays_wide_at_the_ends() -> None:
    assert wilson(0.8, 10) == pytest.approx([0.4902, 0.9433], abs=1e-4)
    assert wilson(1.0, 20) == pytest.approx([20 / (20 + 1.959964**2), 1.0], abs=1e-4)
    assert wilson(0.0, 20) == pytest.approx([0.0, 0.1611], abs=1e-4)
    assert wilson(0.5, 0) is None
