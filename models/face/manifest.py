"""The face detector's manifest: what its file is, and how its output is read."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.manifest import read_facts

SHIPPED = Path(__file__).parent.parent / "face.json"
"""The manifest of the detector that ships."""


class FaceManifest(BaseModel):
    """Machine-readable facts about one detector.

    It takes ``float32`` RGB of shape ``[1, side, side, 3]``, -1 to 1. ``strides`` are the pixels between
    two cells, a layer each, with ``anchors_a_layer`` anchors a cell. A score of ``found_from`` or more, 0 to
    1, is a face; boxes that share more than ``overlap`` of their union are the same one. ``self_test_score``
    is the score of ``drawn.drawn_face()``: an engine that computes another is not trusted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    kind: Literal["face"]
    file: str = Field(pattern=r"^[\w.-]+\.tflite$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str = Field(min_length=1)
    side_pixels: int = Field(ge=32, le=1024)
    strides: tuple[int, ...] = Field(min_length=1)
    anchors_a_layer: int = Field(ge=1)
    found_from: float = Field(gt=0, lt=1)
    overlap: float = Field(gt=0, lt=1)
    self_test_score: float = Field(ge=0, le=1)


def load_face_manifest(path: Path = SHIPPED) -> FaceManifest:
    """Read a face detector's manifest. Raises ModelMissing or ManifestInvalid."""
    return read_facts(path, FaceManifest, "the face detector")
