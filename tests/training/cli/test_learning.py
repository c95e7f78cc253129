"""train and quantize as a person calls them; what they call is played by the test."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from training.errors import CheckpointUnusable, DiskFull, PreparedInvalid, WeightsInvalid
from training.learn.plan import EPOCHS
from training.ship.quantize import Quantizing

KioskTrain = Callable[..., Result]


class Asked:
    """Plays ``Training``: remembers what it was asked for, and ends as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ends: BaseException | None = None
        self.weights: Any = None
        monkeypatch.setattr("training.learn.train.Training", self)

    def __call__(self, backbone: str, prepared: Any, plan: Any, out: Path, watch: Any) -> "Asked":
        self.backbone, self.prepared, self.plan, self.out, self.watch = backbone, prepared, plan, out, watch
        return self

    def run(self, weights: Path | str) -> dict[str, Any]:
        self.weights = weights
        self.watch.advance()
        self.watch.report("epoch 1 of 15")
        if self.ends is not None:
            raise self.ends
        return {"minutes": 1.5, "history": [{"loss": 1.0}], "plan": {}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(monkeypatch)


def test_training_takes_the_usual_plan_and_keras_own_weights(
    kiosk_train: KioskTrain, prepared: Path, asked: Asked, tmp_path: Path
) -> None:
    told = kiosk_train("train", "mobilenet", "--prepared", prepared, "--out", tmp_path / "run")
    assert told.exit_code == 0
    assert json.loads(told.stdout) == {
        "out": str(tmp_path / "run"), "minutes": 1.5, "history": [{"loss": 1.0}],
    }  # fmt: skip
    assert "epoch 1 of 15" in told.stderr
    assert (asked.backbone, asked.plan.epochs, asked.plan.seed) == ("mobilenet", EPOCHS["mobilenet"], 1)
    assert asked.weights == "imagenet"
    assert len(asked.prepared.rows) == 6


def test_epochs_seed_and_a_weights_file_are_passed_on(
    kiosk_train: KioskTrain, prepared: Path, asked: Asked, tmp_path: Path
) -> None:
    told = kiosk_train(
        "train", "vgg16", "--prepared", prepared, "--out", tmp_path / "run", "--epochs", 5, "--seed", 9,
        "--weights", tmp_path / "own.h5",
    )  # fmt: skip
    assert told.exit_code == 0
    assert (asked.backbone, asked.plan.epochs, asked.plan.seed) == ("vgg16", 5, 9)
    assert asked.weights == tmp_path / "own.h5"


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        (WeightsInvalid("own.h5 does not fit"), 2),
        (CheckpointUnusable("of another run (plan differ)"), 2),
        (DiskFull("make room and run the same command again"), 2),
        (KeyboardInterrupt(), 130),
        (ModuleNotFoundError("No module named 'tensorflow'"), 1),
    ],
)
def test_how_training_ended_is_told_in_words_and_by_the_status(
    kiosk_train: KioskTrain, prepared: Path, asked: Asked, tmp_path: Path, ends: BaseException, status: int
) -> None:
    asked.ends = ends
    told = kiosk_train("train", "mobilenet", "--prepared", prepared, "--out", tmp_path / "run")
    assert told.exit_code == status
    assert told.stdout == ""
    assert "Error: " in told.stderr
    assert str(ends) in told.stderr


def test_what_stopped_training_says_how_to_go_on(
    kiosk_train: KioskTrain, prepared: Path, asked: Asked, tmp_path: Path
) -> None:
    asked.ends = KeyboardInterrupt()
    told = kiosk_train("train", "mobilenet", "--prepared", prepared, "--out", tmp_path / "run")
    assert "run the same command again, train goes on from its last checkpoint" in told.stderr
    asked.ends = ModuleNotFoundError("No module named 'tensorflow'")
    told = kiosk_train("train", "mobilenet", "--prepared", prepared, "--out", tmp_path / "run")
    assert "install skin-kiosk[training]" in told.stderr


@pytest.mark.parametrize(
    "words", [("mobilenet", "--epochs", 3), ("resnet",), ("mobilenet", "--seed", "x")], ids=str
)
def test_a_wrong_call_is_refused_before_anything_is_read(
    kiosk_train: KioskTrain, prepared: Path, asked: Asked, tmp_path: Path, words: tuple[object, ...]
) -> None:
    told = kiosk_train("train", *words, "--prepared", prepared, "--out", tmp_path / "run")
    assert told.exit_code == 2
    assert asked.weights is None


def test_a_folder_that_nobody_prepared_is_refused(
    kiosk_train: KioskTrain, asked: Asked, tmp_path: Path
) -> None:
    told = kiosk_train("train", "mobilenet", "--prepared", tmp_path, "--out", tmp_path / "run")
    assert told.exit_code == 2
    assert "is not prepared, run kiosk-train prepare" in told.stderr


def test_photos_of_too_few_conditions_are_refused(
    kiosk_train: KioskTrain, prepared: Path, tmp_path: Path
) -> None:
    told = kiosk_train("train", "mobilenet", "--prepared", prepared, "--out", tmp_path / "run")
    assert told.exit_code == 2
    assert "fewer than two conditions have 20 photos" in told.stderr


def test_quantizing_prints_what_it_found(
    kiosk_train: KioskTrain, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Quantizing, Path, str]] = []

    def play(order: Quantizing, path: Path, version: str) -> dict[str, Any]:
        asked.append((order, path, version))
        return {"calibration": {"temperature": 1.2}}

    monkeypatch.setattr("training.ship.quantize.quantize", play)
    told = kiosk_train(
        "quantize", "--prepared", prepared, "--trained", tmp_path, "--model", tmp_path / "m.tflite",
        "--release", "2026.11.1",
    )  # fmt: skip
    assert told.exit_code == 0
    assert json.loads(told.stdout) == {"calibration": {"temperature": 1.2}}
    ((order, path, version),) = asked
    assert (path, version, order.trained) == (tmp_path / "m.tflite", "2026.11.1", tmp_path)
    assert len(order.prepared.rows) == 6


def test_a_folder_without_a_trained_network_is_refused(
    kiosk_train: KioskTrain, prepared: Path, tmp_path: Path
) -> None:
    told = kiosk_train(
        "quantize", "--prepared", prepared, "--trained", tmp_path, "--model", tmp_path / "m.tflite",
        "--release", "2026.11.1",
    )  # fmt: skip
    assert told.exit_code == 2
    assert "holds no network, run kiosk-train train" in told.stderr
    assert not (tmp_path / "m.tflite").exists()


def test_a_network_of_other_conditions_is_refused(
    kiosk_train: KioskTrain, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise PreparedInvalid("run was trained on other conditions: train again on this folder")

    monkeypatch.setattr("training.ship.quantize.trained_network", refuse)
    told = kiosk_train(
        "quantize", "--prepared", prepared, "--trained", tmp_path, "--model", tmp_path / "m.tflite",
        "--release", "2026.11.1",
    )  # fmt: skip
    assert told.exit_code == 2
    assert "train again on this folder" in told.stderr
