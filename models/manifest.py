"""The manifest: what a model file is, so that no other file is taken for it."""

import hashlib
import json
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from models.context import Context
from models.errors import ManifestInvalid, ModelMismatch, ModelMissing

SHIPPED = Path(__file__).parent / "mobilenet.json"
"""The manifest of the kiosk's own model."""

Facts = TypeVar("Facts", bound=BaseModel)

Measure = Literal["none_odds", "doubt", "distance"]
"""The measures of ``models.strangeness``."""


class ModelInput(BaseModel):
    """What the network wants: ``uint8`` RGB of shape ``[1, side, side, 3]``, once a view.

    ``crops`` are the shares of the photo's short side, 0 to 1, that the centre squares keep: a view
    each, and with ``mirrored`` another of its mirror image. The answers of all views are averaged.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    side_pixels: int = Field(ge=32, le=1024)
    crops: tuple[float, ...] = Field(min_length=1, max_length=6)
    mirrored: bool = False

    @field_validator("crops")
    @classmethod
    def _shares(cls, crops: tuple[float, ...]) -> tuple[float, ...]:
        if not all(0 < crop <= 1 for crop in crops):
            raise ValueError("each crop is a share of the short side, over 0 and at most 1")
        return crops


class Strangeness(BaseModel):
    """How a photo comes to be "none of these", from the calibrate split.

    The score is ``1 / (1 + exp(-(bias + sum of weight * measure)))`` over the measures of
    ``models.strangeness``. ``file`` beside the manifest says where the features of known skin lie.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str = Field(pattern=r"^[\w.-]+\.npz$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bias: float
    weights: dict[Measure, float]


class Thresholds(BaseModel):
    """Where the model declines and where it warns, from the calibrate split.

    A best condition's score under ``inconclusive_below`` is no estimate, nor is anything where "none of
    these" reaches ``none_from``. Malignant scores that together reach ``look_soon_from`` make the finding
    say "have it looked at soon", whatever stands first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    inconclusive_below: float = Field(ge=0, le=1)
    none_from: float = Field(default=1.0, ge=0, le=1)
    look_soon_from: float = Field(ge=0, le=1)


class Manifest(BaseModel):
    """Machine-readable facts about one model file.

    ``conditions`` stand in output order. Scores are ``softmax(logits / temperature + balance)`` (Guo et al.
    2017, arXiv:1706.04599); ``balance``, a number a condition (None: zeros), lets rare ones be found nearly
    as often as common ones. With ``strangeness`` the network has one output more, the last, for "none of
    these"; without it (None) it never says that. With ``context`` age and body site shift the scores where
    they are told; without it (None) they are not asked for.
    ``self_test_scores`` are the softmax over all outputs for ``classifier.self_test_image()`` when
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
    balance: tuple[float, ...] | None = None
    thresholds: Thresholds
    strangeness: Strangeness | None = None
    context: Context | None = None
    self_test_scores: tuple[float, ...]

    @model_validator(mode="after")
    def _one_score_a_condition(self) -> "Manifest":
        if len(set(self.conditions)) != len(self.conditions):
            raise ValueError("conditions names one condition twice")
        if len(self.self_test_scores) != self.outputs:
            raise ValueError("self_test_scores has not one score for each output")
        if self.balance is not None and len(self.balance) != len(self.conditions):
            raise ValueError("balance has not one number for each of the conditions")
        if self.context is not None and self.context.conditions != len(self.conditions):
            raise ValueError("context has not one number for each of the conditions")
        return self

    @property
    def outputs(self) -> int:
        """How many numbers the network gives for a photo."""
        return len(self.conditions) + (self.strangeness is not None)

    def save(self, path: Path) -> None:
        """Write the manifest as JSON, one key a line."""
        path.write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")


def load_manifest(path: Path) -> Manifest:
    """Read a manifest. Raises ModelMissing or ManifestInvalid."""
    return read_facts(path, Manifest, "the model")


def read_facts(path: Path, kind: type[Facts], what: str) -> Facts:
    """Read a manifest of a ``kind``; ``what`` it is of is said where it must be installed again.

    Raises ModelMissing or ManifestInvalid.
    """
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelMissing(f"no manifest at {path}: install {what} again") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, ValidationError) as error:
        raise ManifestInvalid(f"the manifest {path} does not hold, install {what} again: {error}") from error


def read_model(manifest: Manifest, folder: Path) -> bytes:
    """The model file's bytes, checked against the manifest's SHA-256.

    Raises ModelMissing or ModelMismatch.
    """
    return read_part(folder / manifest.file, manifest.sha256)


def read_part(path: Path, sha256: str) -> bytes:
    """The bytes of one of a model's files, checked. Raises ModelMissing or ModelMismatch."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ModelMissing(f"no model file at {path}: install the model again") from None
    except OSError as error:
        raise ModelMissing(
            f"the model file {path} cannot be read ({error.strerror}): install the model again"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise ModelMismatch(
            f"the model file {path} is not the one its manifest describes "
            f"(sha256 {found[:12]}..., expected {sha256[:12]}...): install the model again"
        )
    return content
