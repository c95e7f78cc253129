"""What is released can be loaded, and is what it says it is."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.classifier import Classifier
from models.errors import ModelMismatch
from models.manifest import Manifest, ModelInput, Thresholds, load_manifest
from models.strangeness import NONE_OF_THESE, KnownFeatures
from training.photos.prepare import Prepared
from training.photos.row import Row
from training.photos.split import load_splits
from training.ship.calibrate import Calibration
from training.ship.release import Release, write_release

CALIBRATION = Calibration(
    temperature=1.25, strength=0.0, balance=(0.2, -0.3, 0.1, 0.0, 0.0), bias=-3.5,
    weights={"none_odds": 0.4, "doubt": 0.3, "distance": 0.1},
    none_from=0.6, inconclusive_below=0.2, look_soon_from=0.35, declined=0.12, declined_as_strangers=0.03,
    flagged_nevi=0.26,
)  # fmt: skip


# TensorFlow's converter says so of a network whose representative photos it has yet to see.
pytestmark = pytest.mark.filterwarnings("ignore:Statistics for quantized inputs were expected:UserWarning")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "tiny.tflite"


@pytest.fixture
def manifest(path: Path, int8_file: bytes, classes: tuple[str, ...], row: Callable[..., Row]) -> Manifest:
    rows = tuple(row(f"{n}.jpg", group=f"p{n // 2}") for n in range(4))
    pixels = np.zeros((4, 256, 256, 3), np.uint8)
    prepared = Prepared(rows, ("train", "train", "test", "test"), classes, pixels)
    known = KnownFeatures(np.ones(64), np.ones(64), np.eye(64, 4))
    release = Release(int8_file, known, ModelInput(side_pixels=64, crops=(0.875, 0.5)), classes, CALIBRATION)
    return write_release(release, prepared, path, "2026.11.1")


def test_a_release_is_four_files_of_one_name(manifest: Manifest, path: Path, int8_file: bytes) -> None:
    names = {file.name for file in path.parent.iterdir()}
    assert names == {"tiny.tflite", "tiny.json", "tiny.known.npz", "tiny.split.csv"}
    assert path.read_bytes() == int8_file
    assert load_splits(path.with_suffix(".split.csv")) == {"p0": "train", "p1": "test"}


def test_its_manifest_names_each_file_by_its_hash_and_holds_the_calibration(
    manifest: Manifest, path: Path, classes: tuple[str, ...]
) -> None:
    assert load_manifest(path.with_suffix(".json")) == manifest
    assert (manifest.name, manifest.version, manifest.conditions) == ("skin-kiosk-tiny", "2026.11.1", classes)
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest.strangeness is not None
    features = path.with_name(manifest.strangeness.file).read_bytes()
    assert manifest.strangeness.sha256 == hashlib.sha256(features).hexdigest()
    assert manifest.strangeness.bias == CALIBRATION.bias
    assert manifest.strangeness.weights == CALIBRATION.weights
    assert manifest.temperature == CALIBRATION.temperature
    assert manifest.thresholds == Thresholds(inconclusive_below=0.2, none_from=0.6, look_soon_from=0.35)


def test_the_classifier_takes_it_and_scores_every_condition_and_none_of_these(
    manifest: Manifest, path: Path, classes: tuple[str, ...], pictures: Any
) -> None:
    classifier = Classifier.load(path.with_suffix(".json"), engines=("litert",), threads=1)
    candidates = classifier.classify(pictures.skin()).candidates
    assert {candidate.condition for candidate in candidates} == {*classes, NONE_OF_THESE}
    assert sum(candidate.score for candidate in candidates) == pytest.approx(1)
    assert classifier.model.version == "2026.11.1"


def test_features_of_another_model_are_refused(manifest: Manifest, path: Path) -> None:
    path.with_name("tiny.known.npz").write_bytes(b"others")
    with pytest.raises(ModelMismatch, match="not the one its manifest describes"):
        Classifier.load(path.with_suffix(".json"), engines=("litert",), threads=1)
