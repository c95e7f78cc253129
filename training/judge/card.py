"""The model card: human-readable facts about one model, from its figures on its test split."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from models.manifest import Manifest
from training.errors import PreparedInvalid
from training.judge.card_tables import (
    condition_lines,
    confusion_table,
    data_table,
    group_table,
    number,
    percent,
    totals,
)
from training.judge.evaluate import evaluate
from training.judge.judging import Judged
from training.photos.manifest_csv import Row
from training.run import FACTS, QUANTIZED


@dataclass(frozen=True)
class Facts:
    """What a card is written from: ``judged`` is the test split, ``splits`` group key to
    split, ``trained`` the training run's folder.
    """

    manifest: Manifest
    judged: Sequence[Judged]
    rows: Sequence[Row]
    splits: Mapping[str, str]
    trained: Path


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
    figures = evaluate(facts.judged, classes)
    words = {
        **_of_model(facts.manifest),
        **_of_training(training, quantized),
        "data": data_table(facts.rows, facts.splits, classes),
        "figures": group_table({"all": figures, **figures["by_modality"]}),
        "totals": totals(figures, facts.judged, classes),
        "per_condition": condition_lines(figures, facts.judged, classes),
        "confusion": confusion_table(facts.judged, classes),
        "tones": group_table(figures["by_skin_tone"]),
        "missed": percent(1 - (figures["per_condition"]["melanoma"]["recall"] or 0.0)),
        "auroc": number(figures["ood"]["auroc"]),
        "rejected": percent(figures["ood"]["rejected"] or 0.0),
    }
    path.write_text(template.substitute(words), encoding="utf-8")
    return path


def _of_model(manifest: Manifest) -> dict[str, Any]:
    return {
        **manifest.model_dump(include={"name", "version", "file", "sha256", "licence", "preprocessing"}),
        **manifest.thresholds.model_dump(),
        "temperature": manifest.temperature,
        "classes": len(manifest.conditions),
        "conditions": ", ".join(f"`{code}`" for code in manifest.conditions),
        "stem": Path(manifest.file).stem,
    }


def _of_training(training: dict[str, Any], quantized: dict[str, Any]) -> dict[str, Any]:
    agreement, calibration = quantized["agreement"], quantized["calibration"]
    return {
        **training["plan"],
        "steps": training["plan"]["steps_an_epoch"],
        "minutes": training["minutes"],
        "declined": percent(calibration["declined"]),
        "flagged_nevi": percent(calibration["flagged_nevi"]),
        "agreement_photos": agreement["photos"],
        "same_top": percent(agreement["same_top"]),
        "mean_gap": number(agreement["mean_gap"]),
        "largest_gap": number(agreement["largest_gap"]),
        "balanced_int8": number(agreement["balanced_accuracy_int8"]),
        "balanced_float": number(agreement["balanced_accuracy_float"]),
    }
