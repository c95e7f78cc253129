"""A model file becomes a model: calibrated, self-tested, described by a manifest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from models.classifier import self_test_image
from models.context import Context
from models.interpreter import Interpreter, cores
from models.manifest import Manifest, ModelInput, Strangeness, Thresholds
from models.preprocess import PREPROCESSING
from models.scoring import softmax
from models.strangeness import KnownFeatures
from training.photos.prepare import Prepared
from training.photos.split import save_splits
from training.ship.calibrate import Calibration
from training.ship.outputs import ENGINE

_LICENCE = "CC BY-NC 4.0"


@dataclass(frozen=True)
class Release:
    """A model on its way into ``models/``: the file's bytes, where features of known skin lie, what the
    network sees of a photo, the conditions in output order, how the thresholds were set, and what is told
    beside the photo (None: nothing).
    """

    model: bytes
    known: KnownFeatures
    wanted: ModelInput
    classes: tuple[str, ...]
    calibration: Calibration
    context: Context | None = None


def write_release(release: Release, prepared: Prepared, path: Path, version: str) -> Manifest:
    """Write the model at ``path``; features, manifest and list of groups beside it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    features = release.known.to_bytes()
    strangeness = Strangeness(
        file=f"{path.stem}.known.npz",
        sha256=hashlib.sha256(features).hexdigest(),
        bias=release.calibration.bias,
        weights=release.calibration.weights,
    )
    manifest = _describe(release, strangeness, path, version)
    path.write_bytes(release.model)
    path.with_name(strangeness.file).write_bytes(features)
    manifest.save(path.with_suffix(".json"))
    splits = {row.group: split for row, split in zip(prepared.rows, prepared.splits, strict=True)}
    save_splits(splits, path.with_suffix(".split.csv"))
    return manifest


def _describe(release: Release, strangeness: Strangeness, path: Path, version: str) -> Manifest:
    calibration, wanted = release.calibration, release.wanted
    logits = Interpreter(release.model, ENGINE, cores()).run(self_test_image(wanted.side_pixels)).logits
    return Manifest(
        name=f"skin-kiosk-{path.stem}",
        version=version,
        kind="classifier",
        file=path.name,
        sha256=hashlib.sha256(release.model).hexdigest(),
        licence=_LICENCE,
        input=wanted,
        preprocessing=PREPROCESSING,
        conditions=release.classes,
        temperature=calibration.temperature,
        balance=calibration.balance,
        thresholds=Thresholds(
            inconclusive_below=calibration.inconclusive_below,
            none_from=calibration.none_from,
            look_soon_from=calibration.look_soon_from,
        ),
        strangeness=strangeness,
        context=release.context,
        self_test_scores=tuple(softmax(logits, calibration.temperature).round(4).tolist()),
    )
