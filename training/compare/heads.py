"""A linear head on cached features: learned from train, measured on calibrate."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.compare.features import Features

EPOCHS = 40
"""For every head; it keeps the weights of its best epoch."""
BATCH = 256

_FLAT = np.float32(1e-6)
"""Keeps a feature that never changes from dividing by nothing."""

RATES: dict[str, tuple[float, ...]] = {
    "sgd": (0.003, 0.01, 0.03, 0.1),
    "rmsprop": (1e-4, 3e-4, 1e-3, 3e-3),
    # Zeiler 2012 (arXiv:1212.5701) has a rate of 1; Keras's own default of 0.001 hardly moves.
    "adadelta": (0.03, 0.1, 0.3, 1.0),
    "adam": (1e-4, 3e-4, 1e-3, 3e-3),
}
"""The learning rates tried for each optimiser; the rest of it is Keras's default."""

_OPTIMISERS: dict[str, Callable[[float], Any]] = {
    "sgd": keras.optimizers.SGD,
    "rmsprop": keras.optimizers.RMSprop,
    "adadelta": keras.optimizers.Adadelta,
    "adam": keras.optimizers.Adam,
}
_LOSSES: dict[str, Callable[..., Any]] = {
    "softmax": keras.losses.CategoricalCrossentropy,
    "sigmoid": keras.losses.BinaryCrossentropy,
}
KINDS = tuple(_LOSSES)
"""One choice among all classes, or a yes or no for each (one versus rest); the highest score answers."""


@dataclass(frozen=True)
class Method:
    """How a head learns: ``kind`` of KINDS, ``optimiser`` of RATES."""

    kind: str = "softmax"
    optimiser: str = "adam"


@dataclass(frozen=True)
class Examples:
    """Features float32 ``[n, channels]``, class numbers int64 ``[n]``, which are held out, bool ``[n]``."""

    features: Features
    targets: NDArray[np.int64]
    held_out: NDArray[np.bool_]


@dataclass(frozen=True)
class Head:
    """A learned head, and its loss on the photos held out."""

    loss: float
    centre: Features
    spread: Features
    kernel: Features
    bias: Features

    def answers(self, features: Features) -> NDArray[np.int64]:
        """The class number said of each, int64 ``[n]``."""
        scores = ((features - self.centre) / self.spread) @ self.kernel + self.bias
        return np.asarray(scores.argmax(axis=1), np.int64)


def learn_head(examples: Examples, classes: int, method: Method, rate: float, seed: int) -> Head:
    """Learn from the photos not held out, every class counting the same; stop by those held out.

    The same ``seed`` gives the same head.
    """
    held_out, rng = examples.held_out, np.random.default_rng(seed)
    centre = examples.features[~held_out].mean(axis=0)
    spread = examples.features[~held_out].std(axis=0) + _FLAT
    parts = (
        (examples.features - centre) / spread,
        np.eye(classes, dtype=np.float32)[examples.targets],
        _balancing(examples.targets),
    )
    fit, held = [part[~held_out] for part in parts], [part[held_out] for part in parts]
    model = _model(fit[0].shape[1], classes, method, rate)
    best, kept = float("inf"), model.get_weights()
    for _ in range(EPOCHS):
        for chosen in _batches(len(fit[0]), rng):
            model.train_on_batch(*(part[chosen] for part in fit))
        loss = float(model.test_on_batch(*held))
        if loss < best:
            best, kept = loss, model.get_weights()
    return Head(best, centre, spread, *kept)


def _model(channels: int, classes: int, method: Method, rate: float) -> Any:
    # A yes for each class starts at its share; softmax does not see a shift of all.
    prior = keras.initializers.Constant(-np.log(max(1, classes - 1)))
    layer = keras.layers.Dense(classes, kernel_initializer="zeros", bias_initializer=prior)
    model = keras.Sequential([keras.Input((channels,)), layer])
    loss = _LOSSES[method.kind](from_logits=True)
    model.compile(_OPTIMISERS[method.optimiser](rate), loss, jit_compile=False)
    return model


def _batches(photos: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    return np.array_split(rng.permutation(photos), -(-photos // BATCH))


def best_rate(examples: Examples, classes: int, method: Method, seed: int) -> float:
    """The rate of RATES whose head has the lowest loss on the photos held out."""

    def loss(rate: float) -> float:
        return learn_head(examples, classes, method, rate, seed).loss

    return min(RATES[method.optimiser], key=loss)


def _balancing(targets: NDArray[np.int64]) -> Features:
    """A weight for each photo: the same sum for every class, 1 in the mean."""
    counts = np.bincount(targets)
    present = np.count_nonzero(counts)
    return np.asarray(len(targets) / present / counts[targets], np.float32)
