"""Three splits by group: train learns, calibrate sets thresholds, test gives figures."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from training.errors import SplitUnknown
from training.photos.duplicates import Pairs
from training.photos.faults import MOST_SHOWN
from training.photos.leaks import ties
from training.photos.row import SPLITS, Row

Shares = tuple[float, float, float]
"""Of train, calibrate and test; together 1."""

Splitter = Callable[[Sequence[Row], Pairs], Mapping[str, str]]
"""Makes splits by group of rows and their pairs of near duplicates, as ``split_groups`` does."""

KNOWN_SHARES: Shares = (0.70, 0.12, 0.18)
# Nothing is learned from these yet; what train keeps is for a later "none of these" class.
_UNLEARNED_SHARES: Shares = (0.30, 0.20, 0.50)
_PARTLY_UNGROUPED = "ISIC 2018 T1-2"


def split_groups(
    rows: Iterable[Row],
    classes: Collection[str],
    seed: int,
    twins: Pairs = (),
    shares: Shares = KNOWN_SHARES,
) -> dict[str, str]:
    """Give each group key one of SPLITS, the same for the same rows and ``seed``.

    Groups that share a patient, a lesion or a near duplicate (``twins``, pairs by index)
    stay together. Each mixture of condition and modality is shared out by photos as
    ``shares`` says, skin that no class in ``classes`` stands for and what is not skin
    30/20/50. Rows of ISIC 2018 task 1 whose lesion is not known are for training only.
    """
    rows = list(rows)
    strata: dict[tuple[str, bool], list[list[Row]]] = defaultdict(list)
    counts = Counter((row.code, row.clinical) for row in rows)
    for cluster in _clusters(rows, twins):
        rarest = min(((row.code, row.clinical) for row in cluster), key=lambda cell: (counts[cell], cell))
        strata[rarest].append(cluster)
    splits: dict[str, str] = {}
    for (code, _), clusters in sorted(strata.items()):
        splits |= _share_out(clusters, shares if code in classes else _UNLEARNED_SHARES, seed)
    return splits


def split_of_each(rows: Sequence[Row], splits: Mapping[str, str] | Splitter, twins: Pairs) -> tuple[str, ...]:
    """The split of each row: by group from the list ``splits``, or else the one that its own
    list gave it, or else made by ``splits``.

    Raises SplitUnknown for a list that lacks a group or holds another word than SPLITS.
    """
    if callable(splits):
        if all(row.split for row in rows):
            return tuple(row.split for row in rows)
        splits = splits(rows, twins)
    _check_splits({row.group for row in rows}, splits)
    return tuple(splits[row.group] for row in rows)


def save_splits(splits: Mapping[str, str], path: Path) -> None:
    """Write ``group_key,split`` rows, sorted, for ``load_splits``."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("group_key", "split"))
        writer.writerows(sorted(splits.items()))


def load_splits(path: Path) -> dict[str, str]:
    """Group key to split. Raises SplitUnknown where there is no such list."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return {cells["group_key"]: cells["split"] for cells in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise SplitUnknown(f"no list of groups at {path}: evaluate without --split ({error})") from error


def rows_in(rows: Iterable[Row], splits: Mapping[str, str], name: str) -> list[Row]:
    """The rows whose group belongs to split ``name``. Raises SplitUnknown for other names."""
    if name not in SPLITS:
        raise SplitUnknown(f"there is no split {name!r}: take one of {', '.join(SPLITS)}")
    return [row for row in rows if splits.get(row.group) == name]


def _check_splits(groups: Collection[str], splits: Mapping[str, str]) -> None:
    wrong = sorted(group for group in groups if splits.get(group) not in SPLITS)
    if wrong:
        shown = ", ".join(wrong[:MOST_SHOWN])
        raise SplitUnknown(f"{len(wrong)} groups are in none of {', '.join(SPLITS)}: {shown}")


def _clusters(rows: Sequence[Row], twins: Pairs) -> list[list[Row]]:
    """Rows that are tied to each other, directly or over others."""
    leader = list(range(len(rows)))

    def lead(index: int) -> int:
        while leader[index] != index:
            leader[index] = leader[leader[index]]
            index = leader[index]
        return index

    for tie in ties(rows, twins):
        leader[lead(tie.first)] = lead(tie.second)
    clusters: dict[int, list[Row]] = defaultdict(list)
    for index, row in enumerate(rows):
        clusters[lead(index)].append(row)
    return list(clusters.values())


def _share_out(clusters: list[list[Row]], shares: Shares, seed: int) -> dict[str, str]:
    """Hand each cluster to the split that lacks most photos of its due."""
    due = {name: share * sum(map(len, clusters)) for name, share in zip(SPLITS, shares, strict=True)}
    splits: dict[str, str] = {}
    for cluster in sorted(clusters, key=lambda c: (not _training_only(c), _shuffled(c, seed))):
        name = "train" if _training_only(cluster) else max(SPLITS, key=lambda s: due[s])
        due[name] -= len(cluster)
        splits |= {row.group: name for row in cluster}
    return splits


def _training_only(cluster: list[Row]) -> bool:
    return any(_PARTLY_UNGROUPED in row.dataset and not row.group_known for row in cluster)


def _shuffled(cluster: list[Row], seed: int) -> str:
    return hashlib.sha256(f"{seed} {min(row.group for row in cluster)}".encode()).hexdigest()
