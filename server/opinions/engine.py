"""The seam to whatever answers, and the engine that ships: LiteRT on this machine's cores."""

from pathlib import Path
from typing import Any, Protocol

import models
from models.classifier import Classifier, ModelName
from models.conditions import load_catalogue
from models.context import Told
from models.examiner import Examiner
from models.finding import Guidance

VGG16 = Path(models.__file__).parent / "vgg16.json"
"""The manifest of the server's own model."""


class Engine(Protocol):
    """One named model at work. Another engine with the same model gives the same answers."""

    @property
    def model(self) -> ModelName:
        """Which model speaks."""

    def give(self, photo: bytes, told: Told) -> dict[str, Any]:
        """The object of ``kiosk classify`` for a JPEG or PNG. Raises PhotoError."""


class LiteRtEngine:
    """The classifier of ``models`` with the catalogue's guidance; for one thread at a time."""

    def __init__(self, examiner: Examiner) -> None:
        self._examiner = examiner

    @property
    def model(self) -> ModelName:
        """Which model speaks."""
        return self._examiner.classifier.model

    def give(self, photo: bytes, told: Told) -> dict[str, Any]:
        """The object of ``kiosk classify``. Raises PhotoError."""
        return self._examiner.examine(photo, told).as_json()


def load_engine(manifest: Path = VGG16, threads: int | None = None) -> LiteRtEngine:
    """The model of ``manifest`` once its self-test passed, and never another in its place.

    ``threads`` None takes as many as answer soonest. Raises ModelError.
    """
    catalogue = load_catalogue()
    classifier = Classifier.load(manifest, catalogue, threads=threads)
    return LiteRtEngine(Examiner(classifier, lambda: Guidance(catalogue.red_flags)))
