"""The whole comparison, on a body that needs no TensorFlow and heads that need no time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.compare import compare as compare_module
from training.compare import features as features_module
from training.compare.compare import COMPARISON, compare, plan
from training.compare.heads import Examples, Head, Method
from training.compare.tables import comparison_tables
from training.photos.prepare import Prepared


class MeanColour:
    output_shape = (None, 3)

    def predict_on_batch(self, photos: Any) -> Any:
        return photos.mean(axis=(1, 2)).astype(np.float32)


def nearest_mean(examples: Examples, classes: int, method: Method, rate: float, seed: int) -> Head:
    """Stands for a learned head: the difference of the two classes' means."""
    fit = ~examples.held_out
    means = [examples.features[fit & (examples.targets == number)].mean(axis=0) for number in range(classes)]
    kernel = np.stack(means, axis=1) - np.mean(means, axis=0)[:, np.newaxis]
    middle = np.mean(means, axis=0)
    return Head(rate, middle, np.ones(3, np.float32), kernel, np.zeros(classes, np.float32))


@pytest.fixture
def facts(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weights: dict[str, Path]
) -> dict[str, Any]:
    monkeypatch.setattr(features_module, "frozen", lambda *_: MeanColour())
    monkeypatch.setattr(compare_module, "learn_head", nearest_mean)
    monkeypatch.setattr(compare_module, "best_rate", lambda *_: 0.01)
    treatments: dict[str, Callable[[Any], Any]] = {"all_grey": lambda photo: photo * 0 + 99}
    return compare(prepared, weights, treatments, tmp_path / "out", lambda _: None)


@pytest.fixture
def weights(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "weights").write_bytes(b"1")
    return dict.fromkeys(("mobilenet", "vgg16"), tmp_path / "weights")


def test_test_photos_need_no_pixels_and_every_line_is_written(facts: dict[str, Any], tmp_path: Path) -> None:
    written = json.loads((tmp_path / "out" / COMPARISON).read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(facts))
    assert [len(lines) for lines in written["tables"].values()] == [4, 4, 2, 5]
    assert written["settings"]["photos"] == {"train": 24, "calibrate": 24}


def test_colours_that_differ_are_told_apart_until_a_treatment_makes_them_one(facts: dict[str, Any]) -> None:
    plain, grey = facts["tables"]["treatments"]
    assert plain["all"] == {"mean": 1.0, "spread": 0.0}
    assert grey["treatment"] == "all_grey"
    assert grey["all"]["mean"] == 0.5
    assert plain["clinical"]["mean"] is None, "six photos a condition are too few for a figure"


def test_the_learning_curve_learns_from_fewer_photos(facts: dict[str, Any]) -> None:
    photos = [line["photos"] for line in facts["tables"]["learning_curve"]]
    assert photos == sorted(photos)
    assert photos[-1] == 24


def test_the_tables_hold_a_row_a_line_and_say_where_photos_were_too_few(facts: dict[str, Any]) -> None:
    text = comparison_tables(facts)
    assert "| mobilenet | 3 | one versus rest (sigmoid) | 1.000 ± 0.000 | too few | too few |" in text
    assert "| all grey | 0.500 ± 0.000 |" in text
    assert "| 100% | 24 |" in text
    assert text.count("---") == 3 + 2 + 1 + 2 + 4 * 3


def test_each_other_table_changes_one_thing_of_the_first_body() -> None:
    tables = plan(("mobilenet", "vgg16"), ("denoise",))
    plain = tables["learning_curve"][-1]
    assert all(plain in lines for lines in tables.values())
    assert {line.backbone for line in tables["optimisers"]} == {"mobilenet"}
