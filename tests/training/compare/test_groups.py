"""Shares of a split are shares of its groups."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from training.compare.groups import part_of_groups
from training.photos.prepare import Prepared
from training.photos.row import Row


@pytest.fixture
def paired(row: Callable[..., Row]) -> Prepared:
    """80 photos of nevi and 20 of melanomas, two a group."""
    codes = ["nevus"] * 80 + ["melanoma"] * 20
    rows = tuple(row(f"{n}", code=code, group=f"g{n // 2}") for n, code in enumerate(codes))
    return Prepared(rows, ("train",) * 100, ("melanoma", "nevus"), np.zeros((0, 256, 256, 3), np.uint8))


def test_a_share_takes_whole_groups_and_its_share_of_each_condition(paired: Prepared) -> None:
    indices = paired.known("train")
    taken = indices[part_of_groups(paired, indices, 0.1, seed=1)]
    assert Counter(paired.rows[i].code for i in taken) == {"nevus": 8, "melanoma": 2}
    assert set(Counter(paired.rows[i].group for i in taken).values()) == {2}


def test_a_small_share_lies_within_a_larger_one_and_another_seed_draws_another(paired: Prepared) -> None:
    indices = paired.known("train")
    small, large = (part_of_groups(paired, indices, share, seed=1) for share in (0.2, 0.5))
    assert large[small].all()
    assert (small != part_of_groups(paired, indices, 0.2, seed=2)).any()
    assert part_of_groups(paired, indices, 1.0, seed=1).all()
