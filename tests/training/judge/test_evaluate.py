import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from models.manifest import SHIPPED, load_manifest
from training.cli import main
from training.judge.card import Facts, write_card
from training.judge.evaluate import confusion, evaluate
from training.judge.judging import Judged
from training.photos.manifest_csv import Row
from training.run import FACTS, QUANTIZED

CLASSES = load_manifest(SHIPPED).conditions
KEYS = [
    "photos", "accuracy", "balanced_accuracy", "macro_f1", "ece", "coverage", "per_condition", "by_modality",
    "by_skin_tone", "ood", "flagged", "paper_four",
]  # fmt: skip


def kiosk_train(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def judged(row: Callable[..., Row]) -> Callable[..., Judged]:
    def make(code: str, said: str, top: float = 0.6, **changes: object) -> Judged:
        inconclusive, flagged = changes.pop("inconclusive", False), changes.pop("flagged", False)
        rest = {other: (1 - top) / (len(CLASSES) - 1) for other in CLASSES if other != said}
        photo = row(f"{code} {said}", code=code, **changes)
        return Judged(photo, {said: top} | rest, bool(inconclusive), bool(flagged))

    return make


def test_evaluate_prints_the_contracts_object_from_the_shipped_file(photo_list: Path) -> None:
    told = kiosk_train(
        "evaluate", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list, "--json"
    )
    figures = json.loads(told.stdout)
    assert told.exit_code == 0
    assert list(figures) == KEYS
    assert figures["photos"] == 3
    assert tuple(figures["per_condition"]) == CLASSES
    assert set(figures["per_condition"]["nevus"]) == {"recall", "precision", "n"}
    assert figures["by_modality"]["clinical"]["photos"] == 2
    assert set(figures["by_modality"]["dermoscopy"]) == {"photos", "accuracy", "balanced_accuracy"}
    assert figures["balanced_accuracy"] is None
    assert 0 <= figures["ood"]["auroc"] <= 1


def test_the_tflite_file_names_the_model_as_well_as_its_manifest(photo_list: Path) -> None:
    model = SHIPPED.with_suffix(".tflite")
    told = kiosk_train("evaluate", "--model", model, "--images", photo_list.parent, "--manifest", photo_list)
    assert told.exit_code == 0
    assert "balanced_accuracy" in told.stdout


def test_a_bad_list_ends_with_status_2_and_says_why(photo_list: Path) -> None:
    photo_list.write_text(photo_list.read_text(encoding="utf-8").replace("eczema", "wart"), encoding="utf-8")
    told = kiosk_train(
        "evaluate", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list, "--json"
    )
    assert told.exit_code == 2
    assert "row 6: 4.jpg has the unknown condition 'wart'" in told.stderr


def test_preparing_from_the_command_line_tells_the_photos_of_each_split(
    photo_list: Path, tmp_path: Path
) -> None:
    out = tmp_path / "prepared"
    told = kiosk_train("prepare", "--images", photo_list.parent, "--manifest", photo_list, "--out", out)
    assert told.exit_code == 0
    assert sum(json.loads(told.stdout)["photos"].values()) == 6


def test_recall_precision_and_confusion_count_first_candidates(judged: Callable[..., Judged]) -> None:
    photos = [judged("melanoma", "melanoma"), judged("melanoma", "nevus"), judged("nevus", "nevus")]
    found = evaluate(photos, CLASSES)["per_condition"]
    assert found["melanoma"] == {"recall": 0.5, "precision": 1.0, "n": 2}
    assert found["nevus"] == {"recall": 1.0, "precision": 0.5, "n": 1}
    assert found["vascular_lesion"] == {"recall": None, "precision": None, "n": 0}
    assert confusion(photos, CLASSES)[CLASSES.index("melanoma")][CLASSES.index("nevus")] == 1


def test_skin_that_was_never_learned_counts_only_under_ood(judged: Callable[..., Judged]) -> None:
    photos = [
        judged("nevus", "nevus", 0.9),
        judged("other_benign", "nevus", 0.4),
        judged("eczema", "nevus", 0.95),
    ]
    figures = evaluate(photos, CLASSES)
    assert figures["photos"] == 1
    assert figures["accuracy"] == 1.0
    assert figures["ood"] == {"auroc": 0.5, "rejected": None}


def test_declined_not_skin_photos_are_rejected(judged: Callable[..., Judged]) -> None:
    photos = [judged("non_skin_photo", "nevus", inconclusive=True), judged("non_skin_graphic", "nevus")]
    assert evaluate(photos, CLASSES)["ood"] == {"auroc": None, "rejected": 0.5}


def test_coverage_counts_what_was_not_declined_and_flags_count_warnings(
    judged: Callable[..., Judged],
) -> None:
    photos = [
        judged("melanoma", "nevus", flagged=True),
        judged("nevus", "nevus", inconclusive=True),
        judged("nevus", "nevus"),
        judged("nevus", "melanoma", flagged=True),
    ]
    figures = evaluate(photos, CLASSES)
    assert figures["coverage"] == 0.75
    assert figures["flagged"] == {"melanoma": 1.0, "nevi": pytest.approx(1 / 3, abs=1e-4)}


def test_the_papers_four_are_ranked_among_themselves(judged: Callable[..., Judged]) -> None:
    photo = judged("melanoma", "nevus", 0.5)
    scores = photo.scores | {"melanoma": 0.2}
    assert evaluate([Judged(photo.row, scores, False, False)], CLASSES)["paper_four"] == 1.0


def test_nothing_to_measure_gives_nulls_and_no_error() -> None:
    figures = evaluate([], CLASSES)
    assert (figures["photos"], figures["accuracy"], figures["ece"], figures["coverage"]) == (
        0,
        None,
        None,
        None,
    )
    assert json.dumps(figures, allow_nan=False)


def test_a_card_is_written_from_figures_and_names_no_path_of_this_machine(
    judged: Callable[..., Judged], tmp_path: Path
) -> None:
    plan = dict.fromkeys(
        ("head_steps", "small_epochs", "large_epochs", "steps_an_epoch", "batch", "small_side", "peak_rate"),
        1,
    )
    (tmp_path / FACTS).write_text(
        json.dumps({"plan": plan | {"smoothing": 0.1}, "minutes": 3}), encoding="utf-8"
    )
    agreement = (
        "photos",
        "same_top",
        "largest_gap",
        "mean_gap",
        "balanced_accuracy_float",
        "balanced_accuracy_int8",
    )
    quantized = {
        "calibration": {"declined": 0.1, "flagged_nevi": 0.3},
        "agreement": dict.fromkeys(agreement, 0.5),
    }
    (tmp_path / QUANTIZED).write_text(json.dumps(quantized), encoding="utf-8")
    photos = [judged("melanoma", "nevus"), judged("nevus", "nevus")]
    rows = [photo.row for photo in photos]
    facts = Facts(load_manifest(SHIPPED), photos, rows, {row.group: "test" for row in rows}, tmp_path)
    text = write_card(facts, tmp_path / "card.md").read_text(encoding="utf-8")
    assert "never a diagnosis" in text
    assert "| melanoma | 1 | 0.000 | too few | none | 0.000 (1) |" in text
    assert "100 % of the test melanomas" in text
    assert str(tmp_path) not in text
    assert "$" not in text


def test_judging_keeps_every_condition_best_first(judged: Callable[..., Judged]) -> None:
    photo = judged("nevus", "melanoma", 0.7)
    assert (photo.top, photo.top_score) == ("melanoma", 0.7)
    assert np.isclose(sum(photo.scores.values()), 1)
