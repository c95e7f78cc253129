import numpy as np
import pytest

from training.ship.agreement import compare

RNG = np.random.default_rng(0)


def test_a_network_agrees_with_itself() -> None:
    logits = RNG.normal(0, 1, (80, 4)).astype(np.float32)
    same = compare(logits, logits, np.arange(80) % 4, temperature=1.0)
    assert (same.photos, same.same_top, same.largest_gap, same.mean_gap) == (80, 1.0, 0.0, 0.0)
    assert same.balanced_accuracy_float == same.balanced_accuracy_int8


def test_one_photo_in_forty_with_another_answer_costs_its_share() -> None:
    truth = np.repeat([0, 1], 20)
    exact = np.eye(2, dtype=np.float32)[truth] * 4
    rounded = exact.copy()
    rounded[0] = exact[0, ::-1]
    found = compare(exact, rounded, truth, temperature=2.0)
    score = 1 / (1 + np.exp(-2))
    assert found.same_top == 39 / 40
    assert found.largest_gap == pytest.approx(2 * score - 1, abs=1e-4)
    assert found.mean_gap == pytest.approx((2 * score - 1) / 40, abs=1e-4)
    assert (found.balanced_accuracy_float, found.balanced_accuracy_int8) == (1.0, 0.975)


def test_too_few_photos_of_every_condition_give_no_balanced_accuracy() -> None:
    logits = RNG.normal(0, 1, (30, 4)).astype(np.float32)
    found = compare(logits, logits, np.arange(30) % 4, temperature=1.0)
    assert (found.balanced_accuracy_float, found.balanced_accuracy_int8) == (None, None)
