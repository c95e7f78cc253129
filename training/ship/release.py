"""A model file becomes a model: calibrated, self-tested, described by a manifest."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.classifier import self_test_image, softmax
from models.conditions import Catalogue
from models.interpreter import Interpreter, cores
from models.manifest import Manifest, Thresholds
from models.preprocess import PREPROCESSING
from training.photos.cache import SHIPPED_INPUT, shipped_crop
from training.photos.prepare import Prepared
from training.photos.split import save_splits
from training.ship.calibrate import Calibration, calibrate

ENGINE = "litert"
_LICENCE = "CC BY-NC 4.0"


def logits_of(model: bytes, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Run uint8 RGB ``[photos, 224, 224, 3]`` through LiteRT: float32 ``[photos, classes]``."""
    interpreter = Interpreter(model, ENGINE, cores())
    return np.stack([interpreter.run(photo[np.newaxis]).logits for photo in photos])


def features_of(model: bytes, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The last feature map of the same photos, averaged: float32 ``[photos, channels]``."""
    interpreter = Interpreter(model, ENGINE, cores())
    return np.stack([interpreter.run(photo[np.newaxis]).features.mean(axis=(0, 1)) for photo in photos])


def calibrate_model(model: bytes, prepared: Prepared, catalogue: Catalogue) -> Calibration:
    """Temperature and thresholds of ``model`` from the calibrate split."""
    indices = prepared.known("calibrate")
    malignant = np.array([catalogue[code].malignant for code in prepared.classes])
    logits = logits_of(model, shipped_crop(prepared.pixels[indices]))
    return calibrate(logits, prepared.targets(indices), malignant, prepared.classes.index("nevus"))


def describe(
    model: bytes, file: str, version: str, classes: tuple[str, ...], calibration: Calibration
) -> Manifest:
    """The manifest of ``model``, whose file name is ``file``, with its self-test scores."""
    logits = Interpreter(model, ENGINE, cores()).run(self_test_image(SHIPPED_INPUT.side_pixels)).logits
    return Manifest(
        name=f"skin-kiosk-{Path(file).stem}",
        version=version,
        kind="classifier",
        file=file,
        sha256=hashlib.sha256(model).hexdigest(),
        licence=_LICENCE,
        input=SHIPPED_INPUT,
        preprocessing=PREPROCESSING,
        conditions=classes,
        temperature=calibration.temperature,
        thresholds=Thresholds(
            inconclusive_below=calibration.inconclusive_below, look_soon_from=calibration.look_soon_from
        ),
        self_test_scores=tuple(softmax(logits, calibration.temperature).round(4).tolist()),
    )


def release(model: bytes, manifest: Manifest, prepared: Prepared, folder: Path) -> Path:
    """Write the model, its manifest and its list of groups into ``folder``; returns the manifest's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / manifest.file
    path.write_bytes(model)
    manifest.save(path.with_suffix(".json"))
    splits = {row.group: split for row, split in zip(prepared.rows, prepared.splits, strict=True)}
    save_splits(splits, path.with_suffix(".split.csv"))
    return path.with_suffix(".json")
