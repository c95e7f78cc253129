"""What a model's file gives for many photos, by the same views and means as the classifier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.classifier import mean_outputs
from models.interpreter import Interpreter, cores
from models.manifest import ModelInput
from models.preprocess import preprocess
from training.photos.prepare import Prepared

ENGINE = "litert"


@dataclass(frozen=True)
class FileOutputs:
    """``logits`` float32 ``[photos, outputs]`` and ``features`` float32 ``[photos, channels]``."""

    logits: NDArray[np.float32]
    features: NDArray[np.float32]


def outputs_of(
    model: bytes,
    prepared: Prepared,
    indices: NDArray[np.int64],
    wanted: ModelInput,
) -> FileOutputs:
    """Run the photos at ``indices`` through LiteRT.

    Without photos both arrays are ``[0, 0]``.
    """
    interpreter = Interpreter(model, ENGINE, cores())
    logits, features = [], []
    for index in indices:
        logit, feature = mean_outputs(interpreter, preprocess(prepared.pixels[index], wanted))
        logits.append(logit)
        features.append(feature)
    return FileOutputs(_stacked(logits), _stacked(features))


def _stacked(rows: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    return np.stack(rows) if rows else np.zeros((0, 0), np.float32)
