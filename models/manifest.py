"""The manifest: what a model file is, so that no other file is taken for it."""

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import ManifestInvalid, ModelMismatch, ModelMissing

SHIPPED = Path(__file__).parent / "mobilenet.json"
"""The manifest of the kiosk's own model."""


class ModelInput(BaseModel):
    """What the network wants: ``uint8`` RGB of shape ``[1, side, side, 3]``.

    ``crop`` is the share of the photo's short side that the centre square
    keeps, 0 to 1, as in evaluation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    side_pixels: int = Field(ge=32, le=1024)
    crop: float = Field(gt=0, le=1)


class Thresholds(BaseModel):
    """Where the model declines and where it warns, from the calibrate split.

    A top score under ``inconclusive_below`` is no estimate. Malignant scores
    that together reach ``look_soon_from`` make the finding say "have it looked
    at soon", whatever stands first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inconclusive_below: float = Field(ge=0, le=1)
    look_soon_from: float = Field(ge=0, le=1)


class Manifest(BaseModel):
    """Machine-readable facts about one model file.

    ``conditions`` stand in output order. Scores are
    ``softmax(logits / temperature)`` (Guo et al. 2017, arXiv:1706.04599).
    ``self_test_scores`` are the scores of ``classifier.self_test_image()`` when
    the model was made: a runtime that computes others is not trusted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    kind: Literal["classifier", "mask", "face"]
    file: str = Field(pattern=r"^[\w.-]+\.tflite$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str = Field(min_length=1)
    input: ModelInput
    preprocessing: str = Field(min_length=1)
    conditions: tuple[str, ...] = Field(min_length=2)
    temperature: float = Field(gt=0)
    thresholds: Thresholds
    self_test_scores: tuple[float, ...]

    @model_validator(mode="after")
    def _one_score_a_condition(self) -> "Manifest":
        if len(set(self.conditions)) != len(self.conditions):
            raise ValueError("conditions names one condition twice")
        if len(self.self_test_scores) != len(self.conditions):
            raise ValueError("self_test_scores and conditions differ in length")
        return self

    def save(self, path: Path) -> None:
        """Write the manifest as JSON, one key a line."""
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def load_manifest(path: Path) -> Manifest:
    """Read a manifest. Raises ModelMissing or ManifestInvalid."""
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelMissing(f"no manifest at {path}: install the model again") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
        raise ManifestInvalid(
            f"the manifest {path} does not hold, install the model again: {error}"
        ) from error


def read_model(manifest: Manifest, folder: Path) -> bytes:
    """The model file's bytes, checked against the manifest's SHA-256.

    Raises ModelMissing or ModelMismatch.
    """
    path = folder / manifest.file
    try:
        model = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(f"no model file at {path}: install the model again") from None
    except OSError as error:
        raise ModelMissing(
            f"the model file {path} cannot be read ({error.strerror}): install the model again"
        ) from error
    found = hashlib.sha256(model).hexdigest()
    if found != manifest.sha256:
        raise ModelMismatch(
            f"the model file {path} is not the one its manifest describes "
            f"(sha256 {found[:12]}..., expected {manifest.sha256[:12]}...): install the model again"
        )
    return model
