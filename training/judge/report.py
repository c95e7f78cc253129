"""The report: one HTML page, complete in itself, with a model's figures, plots and errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from models.manifest import Manifest
from training.judge.examples import illustrate, missed_melanomas, surest_errors
from training.judge.html import examples_html, picture_html, table_html, tiles_html
from training.judge.judging import Judged
from training.judge.margins import evaluate_with_intervals
from training.judge.plots import (
    confusion_plot,
    coverage_plot,
    flagged_plot,
    histogram_plot,
    reliability_plot,
)
from training.judge.strata import stratify
from training.judge.tables import (
    Table,
    condition_table,
    confusion_table,
    coverage_table,
    group_table,
    number,
    ranged,
    stranger_table,
    tone_table,
    totals_table,
)

Figures = Mapping[str, Any]

_TABLES: dict[str, tuple[str, Callable[[Figures], Table]]] = {
    "totals": ("Figures of known conditions", totals_table),
    "groups": ("Figures by modality", group_table),
    "tones": ("Figures by skin tone", tone_table),
    "conditions": ("Figures by condition", condition_table),
    "confusion_table": ("Confusion matrix", confusion_table),
    "coverage_table": ("Accuracy by coverage", coverage_table),
    "strangers": ("Skin that was never learned, and no skin", stranger_table),
}
_WITH_PHOTOS = "This page holds patients' photos. It must not leave the house."
_WITHOUT_PHOTOS = "This page holds no photo: errors are named by their file."
_OR_NONE = ", or when “none of these” reaches {} or stands first"


@dataclass(frozen=True)
class Reported:
    """What a report is written from.

    ``split`` is the split that was judged, None for every photo of the list. ``photos`` is the folder
    or zip that the rows' paths start from; None leaves photos out of the page.
    """

    manifest: Manifest
    judged: Sequence[Judged]
    split: str | None
    photos: Path | None


def write_report(reported: Reported, path: Path) -> Path:
    """Write the page at ``path``, the same bytes for the same input, and return ``path``.

    Raises PhotoError for a photo that has gone since it was judged.
    """
    figures = evaluate_with_intervals(reported.judged, reported.manifest.conditions)
    says_none = reported.manifest.strangeness is not None
    template = resources.files("training.judge").joinpath("report.template.html").read_text(encoding="utf-8")
    words = {
        "title": escape(f"{reported.manifest.name} {reported.manifest.version}"),
        "split": escape(f"the {reported.split} split" if reported.split else "all photos of the list"),
        "photos": str(figures["photos"]),
        "notice": _WITH_PHOTOS if reported.photos else _WITHOUT_PHOTOS,
        "notice_kind": "grave" if reported.photos else "plain",
        **{name: number(value) for name, value in reported.manifest.thresholds.model_dump().items()},
        "or_none": _OR_NONE.format(number(reported.manifest.thresholds.none_from)) if says_none else "",
        "tiles": tiles_html(_tiles(figures)),
        **{key: table_html(table(figures), name) for key, (name, table) in _TABLES.items()},
        **_plots(figures, says_none),
        **_errors(reported),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Template(template).substitute(words), encoding="utf-8")
    return path


def _tiles(figures: Figures) -> list[tuple[str, str]]:
    spread = figures["intervals"]
    return [
        ("balanced accuracy", ranged(figures, spread, "balanced_accuracy")),
        ("accuracy", ranged(figures, spread, "accuracy")),
        ("melanomas told to be seen soon", ranged(figures["flagged"], spread["flagged"], "melanoma")),
        ("nevi told to be seen soon", ranged(figures["flagged"], spread["flagged"], "nevi")),
        ("calibration error", ranged(figures, spread, "ece")),
        ("never-learned skin told apart (AUROC)", ranged(figures["ood"], spread["ood"], "auroc")),
    ]


def _plots(figures: Figures, says_none: bool) -> dict[str, str]:
    """Every plot as HTML; ``says_none``: the model scores "none of these", which has its own plot."""
    return {
        "confusion_plot": picture_html(
            confusion_plot(figures), "Confusion matrix; the same numbers stand in the table below it."
        ),
        "reliability_plot": picture_html(
            reliability_plot(figures),
            f"Share right against score in 15 bins; the calibration error is {number(figures['ece'])}.",
        ),
        "score_plot": _histogram(figures, "top_score", "score of the first condition"),
        "strange_plot": _histogram(figures, "strangeness", "score of none of these") if says_none else "",
        "flagged_plot": picture_html(
            flagged_plot(figures),
            f"Melanomas flagged against nevi flagged; this model flags "
            f"{number(figures['flagged']['melanoma'])} of the melanomas and "
            f"{number(figures['flagged']['nevi'])} of the nevi.",
        ),
        "coverage_plot": picture_html(
            coverage_plot(figures),
            f"Accuracy against coverage; this model covers {number(figures['coverage'])} with an accuracy of "
            f"{number(figures['accuracy_not_declined'])}.",
        ),
    }


def _histogram(figures: Figures, curve: str, said: str) -> str:
    alt = f"Histogram of the {said} for known conditions, never-learned skin and what is no skin."
    return picture_html(histogram_plot(figures["curves"][curve], said), alt)


def _errors(reported: Reported) -> dict[str, str]:
    known = stratify(reported.judged, reported.manifest.conditions).known
    chosen = {"wrong": surest_errors(known), "missed": missed_melanomas(known)}
    wanted = reported.manifest.input
    return {name: examples_html(illustrate(p, reported.photos, wanted)) for name, p in chosen.items()}
