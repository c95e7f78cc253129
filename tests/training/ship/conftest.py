"""Logits and features made of arithmetic, as a network that learned something gives them; and a real file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from training.ship.calibrate import CalibratePhotos
from training.ship.outputs import FileOutputs

CLASSES = ("melanoma", "basal_cell_carcinoma", "nevus", "benign_keratosis", "acne")
CHANNELS, KNOWN_AXES = 24, 6

Arrays = tuple[FileOutputs, NDArray[np.int64]]


@pytest.fixture
def classes() -> tuple[str, ...]:
    return CLASSES


@pytest.fixture
def skin() -> Callable[..., Arrays]:
    """Photos of known conditions: mostly right logits with a low last one, features near a plane."""

    def make(photos: int, seed: int = 1, sureness: float = 3.0) -> Arrays:
        rng = np.random.default_rng(seed)
        truth = rng.choice(len(CLASSES), photos, p=[0.15, 0.1, 0.4, 0.2, 0.15])
        logits = rng.normal(0, 1.3, (photos, len(CLASSES) + 1))
        logits[np.arange(photos), truth] += sureness
        logits[:, -1] -= 2
        return FileOutputs(logits.astype(np.float32), _features(photos, rng, 0.05)), truth.astype(np.int64)

    return make


@pytest.fixture
def strangers() -> Callable[..., FileOutputs]:
    """Photos of something else: undecided logits with a higher last one, features off the plane."""

    def make(photos: int, seed: int = 2, none: float = 2.5) -> FileOutputs:
        rng = np.random.default_rng(seed)
        logits = rng.normal(0, 1.3, (photos, len(CLASSES) + 1))
        logits[:, -1] += none
        return FileOutputs(logits.astype(np.float32), _features(photos, rng, 0.6))

    return make


@pytest.fixture
def calibrate_photos(
    skin: Callable[..., Arrays], strangers: Callable[..., FileOutputs]
) -> Callable[..., CalibratePhotos]:
    def make(sureness: float = 3.0, photos: int = 800, strange: int = 60) -> CalibratePhotos:
        known, truth = skin(photos, 3, sureness)
        return CalibratePhotos(known, truth, strangers(strange, 4, 0.5), strangers(strange, 5, 3.0))

    return make


@pytest.fixture(scope="session")
def network(pictures_64: NDArray[np.uint8]) -> Any:
    """An unlearned MobileNet of few, narrow blocks that knows the statistics of the pictures.

    All thirteen, unlearned, would make a chaos of the smallest rounding.
    """
    import keras

    from training.learn import folded, mobilenet
    from training.learn.network import body_of, build

    keras.utils.set_random_seed(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mobilenet, "_BLOCKS", ((16, 2), (32, 2), (32, 2), (64, 2)))
        model = build("mobilenet", len(CLASSES) + 1, None, 64)
    folded.keep_statistics(body_of(model, "mobilenet"), 0.0)
    model(pictures_64.astype(np.float32), training=True)
    return model


@pytest.fixture(scope="session")
def pictures_64() -> NDArray[np.uint8]:
    """Twenty clouds of colour, uint8 RGB ``[20, 64, 64, 3]``."""
    rng = np.random.default_rng(7)
    coarse = rng.integers(0, 256, (20, 4, 4, 3), np.uint8)
    return np.asarray(coarse.repeat(16, axis=1).repeat(16, axis=2), np.uint8)


@pytest.fixture(scope="session")
def int8_file(network: Any, pictures_64: NDArray[np.uint8]) -> bytes:
    from training.ship.convert import to_int8

    return to_int8(network, pictures_64[:10])


def _features(photos: int, rng: np.random.Generator, off_the_plane: float) -> NDArray[np.float32]:
    """About 1, varying along the same few axes, and by ``off_the_plane`` in every direction."""
    axes = np.random.default_rng(0).normal(0, 0.4, (KNOWN_AXES, CHANNELS))
    features = 1 + rng.normal(0, 1, (photos, KNOWN_AXES)) @ axes
    return (features + rng.normal(0, off_the_plane, (photos, CHANNELS))).astype(np.float32)
