"""Learn from a prepared folder: the head first, then nearly everything, small photos before large."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.judge.figures import balanced_accuracy
from training.learn.network import build, learn_all_but_edges, learn_only_head
from training.learn.sampling import Batches
from training.photos.cache import SHIPPED_INPUT, shipped_crop
from training.photos.prepare import Prepared
from training.run import FACTS, WEIGHTS


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn.

    ``small_epochs`` run at ``small_side`` pixels, ``large_epochs`` at 224; the
    rate climbs to ``peak_rate`` in the first epoch and falls as a cosine.
    """

    head_steps: int = 150
    small_epochs: int = 6
    large_epochs: int = 3
    steps_an_epoch: int = 170
    batch: int = 32
    small_side: int = 160
    peak_rate: float = 5e-4
    head_rate: float = 2e-3
    smoothing: float = 0.05
    weight_decay: float = 1e-4
    seed: int = 1

    @property
    def epochs(self) -> int:
        """All epochs after the head's."""
        return self.small_epochs + self.large_epochs


def train(
    prepared: Prepared, weights: Path, out: Path, plan: Plan, report: Callable[[str], None]
) -> dict[str, Any]:
    """Train into the folder ``out``: a checkpoint an epoch, ``WEIGHTS`` and ``FACTS`` at the end.

    ``weights`` is the ImageNet file without its top; ``report`` gets a line an epoch.
    Returns the facts. Raises WeightsInvalid.
    """
    out.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(plan.seed)
    started = time.monotonic()
    model = build(len(prepared.classes), weights, None)
    batches = Batches(prepared, plan.batch, plan.seed)
    learn_only_head(model)
    _compile(model, plan)
    _learn(model, batches, plan.small_side, [plan.head_rate] * plan.head_steps)
    learn_all_but_edges(model)
    _compile(model, plan)
    history = []
    for epoch, rates in enumerate(np.split(_rates(plan), plan.epochs), start=1):
        side = plan.small_side if epoch <= plan.small_epochs else SHIPPED_INPUT.side_pixels
        loss = _learn(model, batches, side, rates)
        model.save_weights(out / f"epoch-{epoch:02}.weights.h5")
        figure = balanced_accuracy(*_calibrate_answers(model, prepared))
        history.append({"epoch": epoch, "side_pixels": side, "loss": loss, "calibrate": figure})
        report(f"epoch {epoch} of {plan.epochs} at {side} px: loss {loss:.3f}, calibrate {figure:.3f}")
    model.save_weights(out / WEIGHTS)
    minutes = round((time.monotonic() - started) / 60, 1)
    facts = {"plan": asdict(plan), "minutes": minutes, "classes": prepared.classes, "history": history}
    (out / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def _compile(model: Any, plan: Plan) -> None:
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=plan.smoothing)
    optimizer = keras.optimizers.AdamW(plan.peak_rate, weight_decay=plan.weight_decay)
    # Compiling for the machine (XLA) makes a step four times slower on a CPU.
    model.compile(optimizer, loss=[loss, None], jit_compile=False)


def _learn(model: Any, batches: Batches, side: int, rates: Iterable[float]) -> float:
    """Take a batch at each rate; returns the mean loss of the last half."""
    rates = list(rates)
    losses = []
    for rate, (photos, numbers) in zip(rates, batches.take(len(rates), side), strict=True):
        model.optimizer.learning_rate = float(rate)
        wanted = np.eye(model.output_shape[0][-1], dtype=np.float32)[numbers]
        losses.append(float(np.ravel(model.train_on_batch(photos, [wanted, None], return_dict=False))[0]))
    return float(np.mean(losses[len(losses) // 2 :]))


def _rates(plan: Plan) -> NDArray[np.float64]:
    """The rate of each step: climbing through the first epoch, falling as a cosine."""
    steps = np.arange(plan.epochs * plan.steps_an_epoch)
    climb = np.minimum(1.0, (steps + 1) / plan.steps_an_epoch)
    return np.asarray(plan.peak_rate * climb * (1 + np.cos(np.pi * steps / len(steps))) / 2)


def _calibrate_answers(model: Any, prepared: Prepared) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Class numbers of the calibrate photos, as they are and as the network says."""
    indices = prepared.known("calibrate")
    logits = [
        model.predict_on_batch(shipped_crop(prepared.pixels[chunk]))[0]
        for chunk in np.array_split(indices, max(1, len(indices) // 32))
    ]
    return prepared.targets(indices), np.concatenate(logits).argmax(axis=1)
