"""The tables of a model card, in Markdown."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from training.judge.evaluate import confusion
from training.judge.judging import Judged
from training.photos.manifest_csv import Row
from training.photos.split import SPLITS


def data_table(rows: Sequence[Row], splits: Mapping[str, str], classes: tuple[str, ...]) -> str:
    """Photos of learned conditions by data set, licence and split."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.code in classes:
            counts[row.dataset, row.licence][splits[row.group]] += 1
    lines = [
        (dataset, licence, *(str(photos[name]) for name in SPLITS))
        for (dataset, licence), photos in sorted(counts.items())
    ]
    return _table(("data set", "licence", *SPLITS), lines)


def group_table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    """Size, accuracy and balanced accuracy of each group of the figures."""
    lines = [
        (name, str(group["photos"]), number(group["accuracy"]), number(group["balanced_accuracy"]))
        for name, group in groups.items()
    ]
    return _table(("photos", "number", "accuracy", "balanced accuracy"), lines)


def totals(figures: dict[str, Any], judged: Sequence[Judged], classes: tuple[str, ...]) -> str:
    """Lines ``| figure | value |`` for the figures of the whole split."""
    said = [p for p in judged if p.row.code in classes and not p.inconclusive]
    right = sum(p.top == p.row.code for p in said) / len(said) if said else None
    lines = {
        "macro F1": figures["macro_f1"],
        "expected calibration error (15 bins)": figures["ece"],
        "coverage: share of photos not declined": figures["coverage"],
        "accuracy where it did not decline": right,
        "melanomas told to be seen soon": figures["flagged"]["melanoma"],
        "nevi told to be seen soon": figures["flagged"]["nevi"],
        "not-skin photos declined": figures["ood"]["rejected"],
        "never-learned skin against known, AUROC": figures["ood"]["auroc"],
        "accuracy among the paper's four conditions": figures["paper_four"],
    }
    return "\n".join(f"| {name} | {number(value)} |" for name, value in lines.items())


def condition_lines(figures: dict[str, Any], judged: Sequence[Judged], classes: tuple[str, ...]) -> str:
    """A line a condition: photos, recall, precision, recall by modality."""
    lines = []
    for code in classes:
        found = figures["per_condition"][code]
        parts = [_recall(judged, code, clinical) for clinical in (True, False)]
        lines.append((code, str(found["n"]), number(found["recall"]), number(found["precision"]), *parts))
    return "\n".join(_line(line) for line in lines)


def _recall(judged: Sequence[Judged], code: str, clinical: bool) -> str:
    photos = [photo for photo in judged if photo.row.code == code and photo.row.clinical is clinical]
    if not photos:
        return "none"
    return f"{sum(photo.top == code for photo in photos) / len(photos):.3f} ({len(photos)})"


def confusion_table(judged: Sequence[Judged], classes: tuple[str, ...]) -> str:
    """True conditions down, first candidates across."""
    lines = [(code, *map(str, row)) for code, row in zip(classes, confusion(judged, classes), strict=True)]
    return _table(("", *(code[:5] for code in classes)), lines)


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join([_line(header), _line(["---"] * len(header)), *map(_line, lines)])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def number(value: float | None) -> str:
    """Three digits, or that there were too few photos."""
    return "too few" if value is None else f"{value:.3f}"


def percent(share: float) -> str:
    """A share (0 to 1) as whole percent."""
    return f"{share * 100:.0f} %"
