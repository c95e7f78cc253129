"""The tables of a model's card and report, from its figures with intervals."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.judge.declining import Declining
from training.judge.evaluate import LOW
from training.photos.row import SPLITS, Row


@dataclass(frozen=True)
class Table:
    """Cells as text: a header and lines of as many cells."""

    header: tuple[str, ...]
    lines: Sequence[tuple[str, ...]]


def data_table(rows: Sequence[Row], splits: Mapping[str, str], classes: tuple[str, ...]) -> Table:
    """Photos of learned conditions by data set, licence and split."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row.code in classes:
            counts[row.dataset, row.licence][splits[row.group]] += 1
    lines = [
        (dataset, licence, *(str(photos[name]) for name in SPLITS))
        for (dataset, licence), photos in sorted(counts.items())
    ]
    return Table(("data set", "licence", *SPLITS), lines)


def group_table(figures: Mapping[str, Any]) -> Table:
    """Size, accuracy and balanced accuracy of all photos and of each modality."""
    spread = figures["intervals"]
    return _groups({"all": figures, **figures["by_modality"]}, {"all": spread, **spread["by_modality"]})


def tone_table(figures: Mapping[str, Any]) -> Table:
    """The same of each skin tone."""
    return _groups(figures["by_skin_tone"], figures["intervals"]["by_skin_tone"])


def _groups(groups: Mapping[str, Any], spread: Mapping[str, Any]) -> Table:
    lines = [
        (
            name,
            str(group["photos"]),
            *(ranged(group, spread[name], key) for key in ("accuracy", "balanced_accuracy")),
        )
        for name, group in groups.items()
    ]
    return Table(("group", "photos", "accuracy", "balanced accuracy"), lines)


def totals_table(figures: Mapping[str, Any]) -> Table:
    """The figures of all photos of known conditions."""
    spread = figures["intervals"]
    return Table(
        ("figure", "known conditions"),
        [
            ("macro F1", number(figures["macro_f1"])),
            ("expected calibration error (15 bins)", ranged(figures, spread, "ece")),
            ("coverage: share of photos not declined", ranged(figures, spread, "coverage")),
            ("accuracy where it did not decline", ranged(figures, spread, "accuracy_not_declined")),
            ("melanomas told to be seen soon", ranged(figures["flagged"], spread["flagged"], "melanoma")),
            ("nevi told to be seen soon", ranged(figures["flagged"], spread["flagged"], "nevi")),
            ("accuracy among the paper's four conditions", ranged(figures, spread, "paper_four")),
        ],
    )


def stranger_table(figures: Mapping[str, Any]) -> Table:
    """How far the model tells what it knows from what it does not."""
    ood, spread = figures["ood"], figures["intervals"]["ood"]
    unlearned, not_skin, known = str(ood["never_learned"]), str(ood["not_skin"]), str(figures["photos"])
    return Table(
        ("figure", "photos", "value"),
        [
            ("never-learned skin against known, AUROC", unlearned, ranged(ood, spread, "auroc")),
            ("never-learned skin: declined", unlearned, ranged(ood, spread, "declined_never_learned")),
            (f"never-learned skin: every score under {LOW:.2f}", unlearned, ranged(ood, spread, "low")),
            (f"known conditions: every score under {LOW:.2f}", known, ranged(ood, spread, "known_low")),
            ("not skin: declined", not_skin, ranged(ood, spread, "rejected")),
        ],
    )


def condition_table(figures: Mapping[str, Any]) -> Table:
    """A line a condition: photos, recall, precision, recall by modality."""
    parts = figures["per_condition_by_modality"]
    lines = []
    for code, found in figures["per_condition"].items():
        spread = figures["intervals"]["per_condition"][code]
        both = (ranged(found, spread, key) for key in ("recall", "precision"))
        lines.append((spelled(code), str(found["n"]), *both, *(_recall(parts[name][code]) for name in parts)))
    return Table(
        ("condition", "photos", "recall", "precision", *(f"recall, {name} (photos)" for name in parts)), lines
    )


def _recall(found: Mapping[str, Any]) -> str:
    return f"{number(found['recall'])} ({found['n']})" if found["n"] else "none"


def confusion_table(figures: Mapping[str, Any]) -> Table:
    """True conditions down, first conditions across."""
    codes = [spelled(code) for code in figures["per_condition"]]
    lines = [(code, *map(str, row)) for code, row in zip(codes, figures["confusion"], strict=True)]
    return Table(("", *(code[:5] for code in codes)), lines)


def coverage_table(figures: Mapping[str, Any]) -> Table:
    """How right the model would be if it spoke only of its surest photos."""
    lines = [
        (percent(point["coverage"]), number(point["from_score"]), number(point["accuracy"]))
        for point in figures["curves"]["coverage"]
    ]
    return Table(("coverage", "first score from", "accuracy"), lines)


def declining_table(ways: Mapping[str, Declining]) -> Table:
    """Ways to decline, a line each."""
    lines = [
        (name, *(number(share) for share in (w.coverage, w.accuracy, w.wrong, w.never_learned, w.not_skin)))
        for name, w in ways.items()
    ]
    header = ("way", "coverage", "accuracy where it answers", "wrong answers declined")
    return Table((*header, "never-learned skin declined", "not skin declined"), lines)


def ranged(figures: Mapping[str, Any], spread: Mapping[str, Any], key: str) -> str:
    """A figure and its 95 % interval, as ``0.634 (0.58–0.69)``."""
    interval = spread[key]
    return number(figures[key]) + (f" ({interval[0]:.2f}–{interval[1]:.2f})" if interval else "")


def spelled(code: str) -> str:
    """A condition code in words."""
    return code.replace("_", " ")


def number(value: float | None) -> str:
    """Three digits, or that there were too few photos."""
    return "too few" if value is None else f"{value:.3f}"


def percent(share: float | None) -> str:
    """A share (0 to 1) as whole percent, or that there were too few photos."""
    return "too few" if share is None else f"{share * 100:.0f} %"
