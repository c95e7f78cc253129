"""How a network learns: phases one after another, each with its own rate and size of photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Phase:
    """A stretch of a training run with one optimizer.

    ``name`` is "head" (the body is held still), "whole" (all but the edges learn) or "rounded" (the
    same, rounding as int8 does). ``sides_pixels`` has the photos' side for each epoch. The rate climbs to
    ``peak_rate`` over ``climb_epochs`` and falls as a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983).
    """

    name: str
    sides_pixels: tuple[int, ...]
    peak_rate: float
    climb_epochs: float

    @property
    def epochs(self) -> int:
        """How often the train split is shown, nearly."""
        return len(self.sides_pixels)

    def rates(self, epoch: int, steps: int) -> NDArray[np.float64]:
        """The rate of each of ``steps`` steps in ``epoch`` (from 0) of this phase."""
        done = epoch + np.arange(1, steps + 1) / steps
        climb = np.minimum(1.0, done / self.climb_epochs)
        return np.asarray(self.peak_rate * climb * (1 + np.cos(np.pi * (done - 1 / steps) / self.epochs)) / 2)


@dataclass(frozen=True)
class Plan:
    """A whole run: its phases, and what they share.

    ``steps_an_epoch`` batches of ``batch`` photos; ``smoothing`` is that of the labels (Szegedy et al.
    2016); ``decay`` AdamW's weight decay; ``averaged`` the share of a phase over which weights, and the
    layers' statistics, are averaged (Polyak and Juditsky 1992).
    ``watched_photos`` of the calibrate split say after each epoch how far it is; None takes all.
    """

    phases: tuple[Phase, ...]
    seed: int = 1
    batch: int = 32
    steps_an_epoch: int = 250
    smoothing: float = 0.05
    decay: float = 0.05
    averaged: float = 0.2
    watched_photos: int | None = None

    @property
    def epochs(self) -> int:
        """All epochs of all phases."""
        return sum(phase.epochs for phase in self.phases)

    def momentum(self, phase: Phase) -> float:
        """How much of a running average each step of the phase keeps.

        A short phase needs a short memory, or its average is mostly what it began with.
        """
        return 1 - 1 / max(1.0, self.averaged * phase.epochs * self.steps_an_epoch)


def mobilenet_plan(epochs: int, seed: int) -> Plan:
    """Two thirds of ``epochs`` (4 or more) with small photos, then full size, the last one rounded."""
    large = max(1, (epochs - 1) // 3)
    small = epochs - 2 - large
    return Plan(
        phases=(
            Phase("head", (160,), 2e-3, 0.2),
            Phase("whole", (160,) * small + (224,) * large, 8e-4, 1.0),
            Phase("rounded", (224,), 5e-5, 0.2),
        ),
        seed=seed,
    )


def vgg16_plan(epochs: int, seed: int) -> Plan:
    """An eighth of ``epochs`` (3 or more) at full size, where photos cost threefold; small batches."""
    large = max(1, epochs // 8)
    return Plan(
        phases=(
            Phase("head", (128,), 1e-3, 0.2),
            Phase("whole", (128,) * (epochs - 1 - large), 1e-4, 0.5),
            Phase("whole", (224,) * large, 3e-5, 0.2),
        ),
        seed=seed,
        batch=16,
        watched_photos=128,
    )


PLANS = {"mobilenet": mobilenet_plan, "vgg16": vgg16_plan}
"""How each backbone learns, from its number of epochs and a seed."""

EPOCHS = {"mobilenet": 24, "vgg16": 10}
"""How long each learns unless told otherwise."""
