"""Heads learn what can be learned, whatever the optimiser and the kind."""

import numpy as np
import pytest

from training.compare import heads
from training.compare.heads import KINDS, RATES, Examples, Method, best_rate, learn_head


@pytest.fixture(autouse=True)
def _many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many steps as thousands of photos would give."""
    monkeypatch.setattr(heads, "BATCH", 16)


@pytest.fixture
def examples() -> Examples:
    """Two classes nine to one, apart by six spreads in the first of four features."""
    rng = np.random.default_rng(2)
    targets = (np.arange(400) % 10 == 0).astype(np.int64)
    features = rng.normal(0, 1, (400, 4)).astype(np.float32)
    features[:, 0] += 6 * targets
    return Examples(features * 50 + 7, targets, np.arange(400) % 7 == 0)


@pytest.mark.parametrize(
    "method", [*(Method(optimiser=name) for name in RATES), Method(kind=KINDS[-1])], ids=str
)
def test_a_head_learns_classes_that_lie_apart(examples: Examples, method: Method) -> None:
    rate = RATES[method.optimiser][-1]
    head = learn_head(examples, 2, method, rate, seed=1)
    right = head.answers(examples.features) == examples.targets
    assert right[examples.targets == 0].mean() > 0.9
    assert right[examples.targets == 1].mean() > 0.9


def test_the_same_seed_gives_the_same_head(examples: Examples) -> None:
    first, again = (learn_head(examples, 2, Method(), 0.01, seed=4) for _ in range(2))
    assert np.array_equal(first.kernel, again.kernel)
    assert first.loss == again.loss


def test_the_rate_with_the_lowest_loss_on_the_photos_held_out_is_taken(
    examples: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RATES, "adam", (1e-9, 0.01))
    assert best_rate(examples, 2, Method(), seed=1) == 0.01
