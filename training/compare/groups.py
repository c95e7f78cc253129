"""Parts of a split by group: a share to learn from, a share to hold out."""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from training.photos.prepare import Prepared


def part_of_groups(
    prepared: Prepared, indices: NDArray[np.int64], share: float, seed: int
) -> NDArray[np.bool_]:
    """Which of ``indices`` belong to ``share`` (0 to 1) of their groups, bool ``[indices]``.

    Groups stay whole, each condition gives its share, and the part of a smaller ``share`` with the same
    ``seed`` lies within that of a larger one.
    """
    rng = np.random.default_rng(seed)
    taken: set[str] = set()
    for groups in _groups_by_condition(prepared, indices):
        order = rng.permutation(len(groups))
        taken |= {groups[place] for place in order[: round(share * len(groups))]}
    return np.array([prepared.rows[i].group in taken for i in indices], np.bool_)


def _groups_by_condition(prepared: Prepared, indices: NDArray[np.int64]) -> list[list[str]]:
    """Group keys by the condition of each group's first photo, in a fixed order."""
    codes: dict[str, str] = {}
    for index in indices:
        codes.setdefault(prepared.rows[index].group, prepared.rows[index].code)
    conditions: dict[str, list[str]] = defaultdict(list)
    for group, code in sorted(codes.items()):
        conditions[code].append(group)
    return [groups for _, groups in sorted(conditions.items())]
