"""Three splits by group: train learns, calibrate sets thresholds, test gives figures."""

import csv
import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from training.errors import SplitUnknown
from training.photos.manifest_csv import Row

SPLITS = ("train", "calibrate", "test")

_KNOWN_SHARES = (0.70, 0.12, 0.18)
# Nothing is learned from these yet; what train keeps is for a later "none of these" class.
_UNLEARNED_SHARES = (0.30, 0.20, 0.50)
_PARTLY_UNGROUPED = "ISIC 2018 T1-2"


def split_groups(rows: Iterable[Row], classes: Collection[str], seed: int) -> dict[str, str]:
    """Give each group key one of SPLITS, the same for the same rows and ``seed``.

    Groups joined by a near duplicate stay together. Each mixture of condition and
    modality is shared out about 70/12/18 by photos, skin that no class in
    ``classes`` stands for and what is not skin 30/20/50. Rows of ISIC 2018 task 1
    whose lesion is not known are for training only.
    """
    rows = list(rows)
    strata: dict[tuple[str, bool], list[list[Row]]] = defaultdict(list)
    counts = Counter((row.code, row.clinical) for row in rows)
    for cluster in _clusters(rows):
        rarest = min(((row.code, row.clinical) for row in cluster), key=lambda cell: (counts[cell], cell))
        strata[rarest].append(cluster)
    splits: dict[str, str] = {}
    for (code, _), clusters in sorted(strata.items()):
        shares = _KNOWN_SHARES if code in classes else _UNLEARNED_SHARES
        splits |= _share_out(clusters, shares, seed)
    return splits


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


def _clusters(rows: list[Row]) -> list[list[Row]]:
    """Rows by group, where a near duplicate makes two groups one."""
    group_of = {row.path: row.group for row in rows}
    leader = {row.group: row.group for row in rows}

    def lead(group: str) -> str:
        while leader[group] != group:
            group = leader[group]
        return group

    for row in rows:
        twin = group_of.get(row.near_duplicate_of, row.group)
        leader[lead(twin)] = lead(row.group)
    clusters: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        clusters[lead(row.group)].append(row)
    return list(clusters.values())


def _share_out(clusters: list[list[Row]], shares: tuple[float, ...], seed: int) -> dict[str, str]:
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
