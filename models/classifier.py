"""The classifier: one photo in, one prediction out, by one named model."""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.conditions import Catalogue, load_catalogue
from models.context import NOTHING_TOLD, Told
from models.decision import Candidate, Decision, decide
from models.decode import Image, decode
from models.errors import ManifestInvalid, ModelMismatch
from models.interpreter import Interpreter, fastest
from models.manifest import SHIPPED, Manifest, load_manifest, read_model, read_part
from models.preprocess import PREPROCESSING, preprocess, wanted_side
from models.scoring import score, softmax
from models.strangeness import NONE_OF_THESE, KnownFeatures

SELF_TEST_TOLERANCE = 0.15
"""How far a self-test score may stray from the manifest's, 0 to 1. Engines differ by
a few 1/256 in quantized arithmetic; a broken one is off by far more."""


@dataclass(frozen=True)
class ModelName:
    """Which model spoke: its name, version, the SHA-256 of its file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class Prediction:
    """All candidates, best first, by one named model for one photo.

    ``milliseconds`` has ``decode``, ``preprocess`` and ``inference``.
    """

    candidates: tuple[Candidate, ...]
    decision: Decision
    model: ModelName
    milliseconds: dict[str, float]


class Classifier:
    """A model that passed its self-test; for one thread at a time."""

    def __init__(
        self,
        manifest: Manifest,
        interpreter: Interpreter,
        catalogue: Catalogue,
        known: KnownFeatures | None = None,
    ) -> None:
        """Take a loaded interpreter; ``load`` is the usual way to get one.

        ``known`` is None only where the manifest has no ``strangeness``.
        """
        self.manifest = manifest
        self._known = known
        self.catalogue = catalogue
        self.interpreter = interpreter
        self.engines: dict[str, float] = {}
        self.manifest_sha256 = hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()
        self.model = ModelName(manifest.name, manifest.version, manifest.sha256)

    @classmethod
    def load(
        cls,
        manifest_path: Path = SHIPPED,
        catalogue: Catalogue | None = None,
        engines: tuple[str, ...] | None = None,
        threads: int | None = None,
    ) -> "Classifier":
        """Load a model by its manifest, in the fastest engine that passes the self-test.

        ``engines`` None tries all that are installed; ``threads`` None measures which number is fastest.
        Raises ModelError: the message says what to do.
        """
        catalogue = catalogue or load_catalogue()
        manifest = load_manifest(manifest_path)
        _check_known(manifest, catalogue)
        model = read_model(manifest, manifest_path.parent)
        interpreter, costs = fastest(model, lambda i: _check_engine(i, manifest), engines, threads)
        classifier = cls(manifest, interpreter, catalogue, _known_features(manifest, manifest_path.parent))
        classifier.engines = costs
        return classifier

    def decode(self, photo: bytes) -> Image:
        """Decode a photo at the size this model's crop needs. Raises PhotoError."""
        return decode(photo, wanted_side(self.manifest.input))

    def classify(
        self, image: Image, decode_milliseconds: float = 0.0, told: Told = NOTHING_TOLD
    ) -> Prediction:
        """Score an RGB uint8 image ``(height, width, 3)`` and decide what may be said.

        What is ``told`` of the person counts where the model asks for it.
        """
        started = time.perf_counter()
        views = preprocess(image, self.manifest.input)
        prepared = time.perf_counter()
        logits, features = mean_outputs(self.interpreter, views)
        inferred = time.perf_counter()
        candidates = self._rank(logits, features, told)
        return Prediction(
            candidates,
            decide(candidates, self.manifest.thresholds, self.catalogue),
            self.model,
            {
                "decode": round(decode_milliseconds, 2),
                "preprocess": round((prepared - started) * 1000, 2),
                "inference": round((inferred - prepared) * 1000, 2),
            },
        )

    def self_test(self) -> None:
        """Run a real inference again and compare. Raises ModelMismatch."""
        _check_engine(self.interpreter, self.manifest)

    def _rank(
        self, logits: NDArray[np.float32], features: NDArray[np.float32], told: Told
    ) -> tuple[Candidate, ...]:
        scores = score(logits, features, self.manifest, self._known, told)
        names = (*self.manifest.conditions, NONE_OF_THESE)[: len(scores)]
        ranked = sorted(zip(names, scores, strict=True), key=lambda pair: -pair[1])
        return tuple(Candidate(name, float(value)) for name, value in ranked)


def mean_outputs(
    interpreter: Interpreter, views: NDArray[np.uint8]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits ``[outputs]`` and features ``[channels]`` of a photo: float32, averaged over its views."""
    outputs = [interpreter.run(view[np.newaxis]) for view in views]
    logits = np.stack([output.logits for output in outputs])
    features = np.stack([output.features.mean(axis=(0, 1)) for output in outputs])
    return np.asarray(logits.mean(axis=0), np.float32), np.asarray(features.mean(axis=0), np.float32)


def self_test_image(side_pixels: int) -> NDArray[np.uint8]:
    """A picture made of arithmetic, uint8 ``[1, side, side, 3]``: a dark disc on a skin-like slope."""
    y, x = np.mgrid[0:side_pixels, 0:side_pixels].astype(np.float64) / side_pixels
    skin = np.stack([200 + 30 * x, 150 + 30 * y, 130 + 20 * x * y], axis=-1)
    disc = ((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.06)[..., np.newaxis]
    picture = np.where(disc, np.array([90.0, 60.0, 50.0]) + 25 * np.sin(40 * x)[..., np.newaxis], skin)
    return np.asarray(picture.round(), np.uint8)[np.newaxis]


def _check_known(manifest: Manifest, catalogue: Catalogue) -> None:
    if manifest.kind != "classifier":
        raise ManifestInvalid(f"the model is a {manifest.kind}, no classifier: install the model again")
    unknown = [code for code in manifest.conditions if code not in catalogue.conditions]
    if unknown:
        raise ManifestInvalid(
            f"the model scores {', '.join(unknown)}, which the catalogue does not hold: "
            "update the program or install its own model"
        )
    if manifest.preprocessing != PREPROCESSING:
        raise ManifestInvalid(
            f"the model wants preprocessing {manifest.preprocessing!r}, this program has {PREPROCESSING!r}: "
            "update the program or install its own model"
        )


def _known_features(manifest: Manifest, folder: Path) -> KnownFeatures | None:
    if manifest.strangeness is None:
        return None
    return KnownFeatures.from_bytes(
        read_part(folder / manifest.strangeness.file, manifest.strangeness.sha256)
    )


def _check_engine(interpreter: Interpreter, manifest: Manifest) -> None:
    side = manifest.input.side_pixels
    if interpreter.input_shape != (1, side, side, 3) or interpreter.outputs != manifest.outputs:
        raise ModelMismatch("the model file has other shapes than its manifest says: install the model again")
    scores = softmax(interpreter.run(self_test_image(side)).logits, manifest.temperature)
    strays = float(np.abs(scores - np.array(manifest.self_test_scores)).max())
    if not strays <= SELF_TEST_TOLERANCE:
        raise ModelMismatch(
            f"the model's self-test is off by {strays:.2f} with {interpreter.engine}: install the model again"
        )
