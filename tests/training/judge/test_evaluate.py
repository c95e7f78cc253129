import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from models.manifest import SHIPPED, load_manifest
from models.strangeness import NONE_OF_THESE
from training.cli import main
from training.judge.evaluate import evaluate
from training.judge.judging import Judged

CLASSES = load_manifest(SHIPPED).conditions
KEYS = [
    "photos", "accuracy", "balanced_accuracy", "macro_f1", "ece", "coverage", "per_condition", "by_modality",
    "by_skin_tone", "ood", "flagged", "paper_four",
]  # fmt: skip
ADDED_KEYS = ["accuracy_not_declined", "per_condition_by_modality", "confusion", "curves"]


def kiosk_train(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_evaluate_prints_the_contracts_object_from_the_shipped_file(photo_list: Path) -> None:
    told = kiosk_train(
        "evaluate", "--model", SHIPPED, "--images", photo_list.parent, "--manifest", photo_list, "--json"
    )
    figures = json.loads(told.stdout)
    assert told.exit_code == 0
    assert list(figures) == KEYS + ADDED_KEYS
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
    figures = evaluate(photos, CLASSES)
    found = figures["per_condition"]
    assert found["melanoma"] == {"recall": 0.5, "precision": 1.0, "n": 2}
    assert found["nevus"] == {"recall": 1.0, "precision": 0.5, "n": 1}
    assert found["vascular_lesion"] == {"recall": None, "precision": None, "n": 0}
    assert figures["confusion"][CLASSES.index("melanoma")][CLASSES.index("nevus")] == 1


def test_skin_that_was_never_learned_counts_only_under_ood(judged: Callable[..., Judged]) -> None:
    photos = [
        judged("nevus", "nevus", 0.9),
        judged("other_benign", "nevus", 0.4),
        judged("eczema", "nevus", 0.95),
    ]
    figures = evaluate(photos, CLASSES)
    assert figures["photos"] == 1
    assert figures["accuracy"] == 1.0
    assert figures["ood"]["auroc"] == 0.5
    assert figures["ood"]["never_learned"] == 2


def test_declined_not_skin_photos_are_rejected(judged: Callable[..., Judged]) -> None:
    photos = [judged("non_skin_photo", "nevus", inconclusive=True), judged("non_skin_graphic", "nevus")]
    ood = evaluate(photos, CLASSES)["ood"]
    assert (ood["auroc"], ood["rejected"], ood["not_skin"], ood["never_learned"]) == (None, 0.5, 2, 0)


def test_low_is_every_condition_under_forty_percent_and_is_told_with_its_price(
    judged: Callable[..., Judged],
) -> None:
    strangers = [judged("eczema", "nevus", top, inconclusive=top < 0.3) for top in (0.2, 0.39, 0.4, 0.9)]
    known = [judged("nevus", "nevus", 0.39), *(judged("nevus", "nevus", 0.41) for _ in range(3))]
    ood = evaluate([*strangers, *known], CLASSES)["ood"]
    assert (ood["low"], ood["known_low"], ood["declined_never_learned"]) == (0.5, 0.25, 0.25)


def test_none_of_these_is_never_counted_as_a_condition(judged: Callable[..., Judged]) -> None:
    photos = [
        judged("nevus", "nevus", 0.3, none=0.5, inconclusive=True),
        judged("nevus", "melanoma", 0.6, none=0.1),
        judged("eczema", "nevus", 0.7, none=0.2),
        judged("eczema", "nevus", 0.1, none=0.6),
    ]
    figures = evaluate(photos, CLASSES)
    assert (figures["photos"], figures["accuracy"], figures["coverage"]) == (2, 0.5, 0.5)
    assert NONE_OF_THESE not in figures["per_condition"]
    assert len(figures["confusion"]) == len(CLASSES)
    # 0.2 and 0.6 against 0.5 and 0.1: three of four wins. By what the first score lacks it were two.
    assert figures["ood"]["auroc"] == 0.75
    assert figures["ood"]["low"] == 0.5


def test_declining_the_least_sure_photos_is_followed_by_the_coverage_curve(
    judged: Callable[..., Judged],
) -> None:
    photos = [judged("nevus", "nevus" if n > 4 else "melanoma", 0.5 + n / 100) for n in range(10)]
    points = evaluate(photos, CLASSES)["curves"]["coverage"]
    assert points[0] == {"coverage": 1.0, "accuracy": 0.5, "from_score": 0.5}
    assert points[5] == {"coverage": 0.5, "accuracy": 1.0, "from_score": 0.55}


def test_the_flagged_curve_falls_with_its_threshold(judged: Callable[..., Judged]) -> None:
    photos = [
        judged("melanoma", "melanoma", malignant=0.9),
        judged("melanoma", "nevus", malignant=0.3),
        judged("nevus", "nevus", malignant=0.3),
        judged("nevus", "nevus", malignant=0.1),
    ]
    curve = {point["from_score"]: point for point in evaluate(photos, CLASSES)["curves"]["flagged"]}
    assert curve[0.0] == {"from_score": 0.0, "melanoma": 1.0, "nevi": 1.0}
    assert curve[0.3] == {"from_score": 0.3, "melanoma": 1.0, "nevi": 0.5}
    assert curve[0.5] == {"from_score": 0.5, "melanoma": 0.5, "nevi": 0.0}


def test_reliability_is_told_bin_by_bin(judged: Callable[..., Judged]) -> None:
    photos = [
        judged("nevus", "nevus", 0.61),
        judged("nevus", "melanoma", 0.65),
        judged("nevus", "nevus", 1.0),
    ]
    bins = evaluate(photos, CLASSES)["curves"]["reliability"]
    assert len(bins) == 15
    assert bins[9] == {"photos": 2, "score": 0.63, "right": 0.5}
    assert bins[14] == {"photos": 1, "score": 1.0, "right": 1.0}
    assert bins[0] == {"photos": 0, "score": None, "right": None}


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
    assert evaluate([Judged(photo.row, scores, False, False, 0.0)], CLASSES)["paper_four"] == 1.0


def test_nothing_to_measure_gives_nulls_and_no_error() -> None:
    figures = evaluate([], CLASSES)
    assert (figures["photos"], figures["accuracy"], figures["ece"], figures["coverage"]) == (
        0,
        None,
        None,
        None,
    )
    assert json.dumps(figures, allow_nan=False)
