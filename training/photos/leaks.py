"""Leaks: photos of one person, one lesion or one scene in two splits.

What ties two photos together is said here once: a split of ours keeps tied photos together,
a split that somebody brings is refused where it does not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from training.errors import SplitLeaks
from training.photos.duplicates import Pairs
from training.photos.faults import MOST_SHOWN
from training.photos.row import Row

NEAR_DUPLICATE = "near duplicate"

_SAME: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("same patient", lambda row: row.patient),
    ("same lesion", lambda row: row.lesion),
    ("same group", lambda row: row.group),
)


@dataclass(frozen=True)
class Tie:
    """Rows ``first`` and ``second``, by index, must be in one split, because of ``reason``."""

    reason: str
    first: int
    second: int


@dataclass(frozen=True)
class Leak:
    """Two photos in two splits, by path, and why that leaks: ``same patient``, ``same lesion``,
    ``near duplicate``, or ``same group`` where the list tells no more."""

    reason: str
    paths: tuple[str, str]
    splits: tuple[str, str]

    def __str__(self) -> str:
        (first, second), (here, there) = self.paths, self.splits
        return f"{first} ({here}) and {second} ({there}): {self.reason}"


def ties(rows: Sequence[Row], twins: Pairs) -> Iterator[Tie]:
    """What ties ``rows`` together; all photos of a patient are tied to the first of them, and so on.

    ``twins`` are pairs of near duplicates by index; those that the list itself names in
    ``near_duplicate_of`` count too. An id is taken to mean the same in the whole list.
    """
    for reason, key in _SAME:
        first: dict[str, int] = {}
        for index, row in enumerate(rows):
            if key(row) and first.setdefault(key(row), index) != index:
                yield Tie(reason, first[key(row)], index)
    index_of = {row.path: index for index, row in enumerate(rows)}
    named = ((index_of.get(row.near_duplicate_of), index) for index, row in enumerate(rows))
    yield from (Tie(NEAR_DUPLICATE, twin, index) for twin, index in named if twin is not None)
    yield from (Tie(NEAR_DUPLICATE, first_twin, second) for first_twin, second in twins)


def find_leaks(rows: Sequence[Row], splits: Sequence[str], twins: Pairs) -> tuple[Leak, ...]:
    """The ties that ``splits``, one a row, tears; a pair is named once, with its first reason."""
    leaks: dict[frozenset[int], Leak] = {}
    for tie in ties(rows, twins):
        here, there = splits[tie.first], splits[tie.second]
        if here != there:
            paths = rows[tie.first].path, rows[tie.second].path
            leaks.setdefault(frozenset((tie.first, tie.second)), Leak(tie.reason, paths, (here, there)))
    return tuple(leaks.values())


def refuse_leaks(leaks: Sequence[Leak]) -> None:
    """Raise SplitLeaks if there are any: their number, and up to twenty of them."""
    if leaks:
        shown = "\n".join(map(str, leaks[:MOST_SHOWN]))
        raise SplitLeaks(
            f"the split leaks in {len(leaks)} pairs: put both photos of each into one split, or bring no "
            f"split and have one made\n{shown}"
        )
