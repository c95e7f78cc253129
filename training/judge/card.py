"""The model card: human-readable facts about one model, from its figures on its test split."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from models.manifest import Manifest
from training.errors import PreparedInvalid
from training.judge.card_words import NETWORKS, phases_in_words, views_in_words
from training.judge.declining import truth_in_set, two_ways
from training.judge.judging import Judged
from training.judge.margins import evaluate_with_intervals
from training.judge.tables import (
    Table,
    condition_table,
    confusion_table,
    coverage_table,
    data_table,
    declining_table,
    group_table,
    number,
    percent,
    stranger_table,
    tone_table,
    totals_table,
)
from training.photos.row import Row
from training.run import FACTS, QUANTIZED

_TABLES: dict[str, Callable[[dict[str, Any]], Table]] = {
    "figures": group_table,
    "totals": totals_table,
    "per_condition": condition_table,
    "confusion": confusion_table,
    "tones": tone_table,
    "coverage": coverage_table,
    "strangers": stranger_table,
}
"""What the template calls each table of the figures."""


@dataclass(frozen=True)
class Facts:
    """What a card is written from: ``judged`` is the test split, ``calibrated`` the calibrate split,
    ``splits`` group key to split, ``trained`` the training run's folder, ``comparison`` tables of what
    else was tried, in Markdown, empty where nothing was.
    """

    manifest: Manifest
    judged: Sequence[Judged]
    calibrated: Sequence[Judged]
    rows: Sequence[Row]
    splits: Mapping[str, str]
    trained: Path
    comparison: str = ""


def write_card(facts: Facts, path: Path) -> Path:
    """Write the card at ``path``. Raises PreparedInvalid where the training run is incomplete."""
    try:
        training = json.loads((facts.trained / FACTS).read_text(encoding="utf-8"))
        quantized = json.loads((facts.trained / QUANTIZED).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PreparedInvalid(f"{facts.trained} is no finished training run: {error}") from error
    template = Template(
        resources.files("training.judge").joinpath("card.template.md").read_text(encoding="utf-8")
    )
    classes = facts.manifest.conditions
    figures = evaluate_with_intervals(facts.judged, classes)
    tables = {name: markdown(table(figures)) for name, table in _TABLES.items()}
    words = {
        **_of_model(facts.manifest, quantized["calibration"]),
        **_of_training(training),
        **_of_arithmetic(training["backbone"], quantized["agreement"]),
        **_of_declining(facts),
        **tables,
        "comparison": facts.comparison,
        "data": markdown(data_table(facts.rows, facts.splits, classes)),
        "missed": percent(_missing(figures["per_condition"]["melanoma"]["recall"])),
        "auroc": number(figures["ood"]["auroc"]),
        "rejected": percent(figures["ood"]["rejected"]),
    }
    path.write_text(template.substitute(words), encoding="utf-8")
    return path


def markdown(table: Table) -> str:
    """A table in Markdown."""
    header = [table.header, ("---",) * len(table.header)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [*header, *table.lines])


def _missing(share: float | None) -> float | None:
    return None if share is None else 1 - share


def _of_model(manifest: Manifest, calibration: dict[str, Any]) -> dict[str, Any]:
    shares = ("declined", "declined_as_strangers", "flagged_nevi")
    return {
        **manifest.model_dump(include={"name", "version", "file", "sha256", "licence", "preprocessing"}),
        **manifest.thresholds.model_dump(),
        "temperature": manifest.temperature,
        "balance": _balance(manifest),
        "bias": calibration["bias"],
        **{f"weight_{name}": weight for name, weight in calibration["weights"].items()},
        **{name: percent(calibration[name]) for name in shares},
        "views": views_in_words(manifest.input),
        "classes": len(manifest.conditions),
        "conditions": ", ".join(f"`{code}`" for code in manifest.conditions),
        "stem": Path(manifest.file).stem,
    }


def _balance(manifest: Manifest) -> str:
    pairs = zip(manifest.conditions, manifest.balance or (), strict=False)
    return ", ".join(f"`{code}` {shift:+.2f}" for code, shift in pairs) or "none"


def _of_training(training: dict[str, Any]) -> dict[str, Any]:
    plan = training["plan"]
    return {
        **plan,
        "phases": phases_in_words(plan),
        "averaged": percent(plan["averaged"]),
        "epochs": sum(len(phase["sides_pixels"]) for phase in plan["phases"]),
        "steps": plan["steps_an_epoch"],
        **{name: training[name] for name in ("minutes", "backbone", "prepared_sha256", "code_version")},
    }


def _of_arithmetic(backbone: str, agreement: dict[str, Any]) -> dict[str, Any]:
    return {
        **asdict(NETWORKS[backbone]),
        "agreement_photos": agreement["photos"],
        "same_top": percent(agreement["same_top"]),
        "mean_gap": number(agreement["mean_gap"]),
        "largest_gap": number(agreement["largest_gap"]),
        "balanced_int8": number(agreement["balanced_accuracy_int8"]),
        "balanced_float": number(agreement["balanced_accuracy_float"]),
    }


def _of_declining(facts: Facts) -> dict[str, str]:
    ways, sets = two_ways(facts.calibrated, facts.judged, facts.manifest.conditions)
    return {
        "declining": markdown(declining_table(ways)),
        "set_missed": percent(sets.missed),
        "set_melanoma": percent(truth_in_set(sets, facts.judged, "melanoma")),
    }
