import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from models.manifest import SHIPPED, Manifest, Strangeness, load_manifest
from training.judge.card import Facts, write_card
from training.judge.judging import Judged
from training.learn.plan import PLANS
from training.run import FACTS, QUANTIZED
from training.ship.agreement import Agreement
from training.ship.calibrate import Calibration

WEIGHTS = {"none_odds": 1.0, "doubt": 0.5, "distance": 2.0}


def run_folder(folder: Path, backbone: str) -> Path:
    """A finished run as train and quantize leave it."""
    plan = PLANS[backbone](16, 1)
    training: dict[str, Any] = {"backbone": backbone, "plan": asdict(plan), "minutes": 3}
    training |= {"prepared_sha256": "ab" * 32, "code_version": "cd" * 32}
    agreement = Agreement(2, 0.97, 0.1, 0.01, 0.7, 0.69)
    calibration = Calibration(1.1, 0.0, (0.3, -0.3), -2.0, WEIGHTS, 0.5, 0.4, 0.3, 0.12, 0.04, 0.27)
    quantized = {"calibration": asdict(calibration), "agreement": asdict(agreement)}
    (folder / FACTS).write_text(json.dumps(training), encoding="utf-8")
    (folder / QUANTIZED).write_text(json.dumps(quantized), encoding="utf-8")
    return folder


def manifest() -> Manifest:
    strangeness = Strangeness(file="known.npz", sha256="0" * 64, bias=-2.0, weights=WEIGHTS)
    return load_manifest(SHIPPED).model_copy(update={"strangeness": strangeness})


@pytest.mark.parametrize(
    ("backbone", "words"),
    [("mobilenet", "## What int8 costs"), ("vgg16", "dense layers, 124 of its 138 million weights")],
)
def test_a_card_is_written_from_figures_and_names_no_path_of_this_machine(
    judged: Callable[..., Judged], tmp_path: Path, backbone: str, words: str
) -> None:
    photos = [judged("melanoma", "nevus"), judged("nevus", "nevus")]
    rows = [photo.row for photo in photos]
    splits = {row.group: "test" for row in rows}
    facts = Facts(manifest(), photos, photos, rows, splits, run_folder(tmp_path, backbone), "TABLES")
    text = write_card(facts, tmp_path / "card.md").read_text(encoding="utf-8")
    assert "never a diagnosis" in text
    assert words in text
    assert "| melanoma | 1 | 0.000 (0.00–0.79) | too few | none | 0.000 (1) |" in text
    assert "| all | 2 | 0.500 | too few |" in text
    assert "| never-learned skin: every score under 0.40 | 0 | too few |" in text
    assert "| 50 % | 0.600 | 0.000 |" in text
    assert "100 % of the test melanomas" in text
    assert "TABLES" in text
    assert str(tmp_path) not in text
    assert "$" not in text
