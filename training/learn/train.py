"""Learn from a prepared folder: the head first, then nearly everything, at last rounding as int8 does."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.errors import PreparedInvalid
from training.judge.figures import balanced_accuracy
from training.learn.checkpoint import Checkpoint, Progress, load_checkpoint, save_checkpoint
from training.learn.folded import fold, keep_statistics
from training.learn.network import BACKBONES, body_of, build
from training.learn.plan import Phase, Plan
from training.learn.provenance import code_version, prepared_hash
from training.learn.sampling import Batches
from training.photos.cache import shipped_crop
from training.photos.prepare import FEWEST_PHOTOS, Prepared
from training.run import FACTS, WEIGHTS


@dataclass(frozen=True)
class Watch:
    """Who looks on: ``report`` gets a line an epoch, ``advance`` a call a step."""

    report: Callable[[str], None]
    advance: Callable[[], None]


class Training:
    """One network on its way through a plan; ``run`` is the whole of it."""

    def __init__(self, backbone: str, prepared: Prepared, plan: Plan, out: Path, watch: Watch) -> None:
        """Train ``backbone`` (a name in BACKBONES) on ``prepared`` into the folder ``out``.

        Raises PreparedInvalid where fewer than two conditions have enough photos.
        """
        if len(prepared.classes) < 2:
            raise PreparedInvalid(
                f"fewer than two conditions have {FEWEST_PHOTOS} photos or more: add photos and prepare again"
            )
        self._backbone, self._prepared, self._plan, self._out = backbone, prepared, plan, out
        self._watch = watch
        self._batches = Batches(prepared, plan.batch, plan.seed)
        self._run = {
            "backbone": backbone,
            "plan": json.loads(json.dumps(asdict(plan))),
            "classes": list(prepared.classes),
            "prepared_sha256": prepared_hash(prepared),
        }
        # Taken now: the source may change while the network learns.
        self._code_version = code_version()

    def run(self, weights: Path | str | None) -> dict[str, Any]:
        """Start from ImageNet ``weights``, or go on from the last checkpoint in the folder.

        ``weights`` None starts at random. Leaves WEIGHTS and FACTS there; returns the facts. Raises
        WeightsInvalid, CheckpointUnusable, DiskFull.
        """
        self._out.mkdir(parents=True, exist_ok=True)
        keras.utils.set_random_seed(self._plan.seed)
        model = build(self._backbone, len(self._prepared.classes) + 1, weights, None)
        checkpoint = load_checkpoint(self._out, self._run)
        progress = checkpoint.progress if checkpoint else Progress()
        for _ in range(progress.epochs * self._plan.steps_an_epoch):
            self._watch.advance()
        before = 0
        for phase in self._plan.phases:
            if progress.epochs < before + phase.epochs:
                self._begin(model, phase, checkpoint)
                progress, checkpoint = self._finish(model, phase, before, progress), None
            before += phase.epochs
        if checkpoint:
            _assign(model.variables, checkpoint.values)
        return self._leave(model, progress)

    def _begin(self, model: Any, phase: Phase, checkpoint: Checkpoint | None) -> None:
        """Compile for the phase, and take up the checkpoint's values."""
        body = body_of(model, self._backbone)
        body.trainable = phase.name != "head"
        if body.trainable:
            BACKBONES[self._backbone].hold_edges(body)
        if phase.name == "rounded":
            fold(body)
        keep_statistics(body, self._plan.momentum(phase))
        compile_for(model, self._plan, phase)
        if checkpoint:
            for variable, value in zip(_variables(model), checkpoint.values, strict=False):
                variable.assign(value)

    def _finish(self, model: Any, phase: Phase, before: int, progress: Progress) -> Progress:
        """Learn the epochs that are left of the phase, with a checkpoint after each."""
        for epoch in range(progress.epochs, before + phase.epochs):
            started = time.monotonic()
            entry = self._learn(model, phase, epoch, epoch - before)
            learned = [np.array(variable) for variable in _variables(model)]
            model.optimizer.finalize_variable_values(model.trainable_variables)
            entry["calibrate"] = balanced_accuracy(*self._calibrate_answers(model))
            if epoch + 1 == before + phase.epochs:
                learned = [np.array(variable) for variable in model.variables]
            else:
                _assign(_variables(model), learned)
            seconds = progress.seconds + time.monotonic() - started
            progress = Progress(epoch + 1, seconds, (*progress.history, entry))
            save_checkpoint(self._out, Checkpoint(progress, tuple(learned)), self._run)
            self._watch.report(_line(entry, epoch + 1, self._plan.epochs))
        return progress

    def _learn(self, model: Any, phase: Phase, epoch: int, nth: int) -> dict[str, Any]:
        """One epoch; the loss is the mean over it."""
        side, steps = phase.sides_pixels[nth], self._plan.steps_an_epoch
        losses = []
        batches = self._batches.take(epoch, steps, side)
        for rate, (photos, numbers) in zip(phase.rates(nth, steps), batches, strict=True):
            losses.append(step(model, photos, numbers, float(rate)))
            self._watch.advance()
        return {"phase": phase.name, "side_pixels": side, "loss": float(np.mean(losses))}

    def _calibrate_answers(self, model: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Class numbers of the calibrate photos, as they are and as the network says."""
        indices = np.random.default_rng(0).permutation(self._prepared.known("calibrate"))
        indices = np.sort(indices[: self._plan.watched_photos])
        logits = [
            model.predict_on_batch(shipped_crop(self._prepared.pixels[chunk]).astype(np.float32))[0]
            for chunk in np.array_split(indices, max(1, len(indices) // 32))
        ]
        conditions = np.concatenate(logits)[:, : len(self._prepared.classes)]
        return self._prepared.targets(indices), conditions.argmax(axis=1)

    def _leave(self, model: Any, progress: Progress) -> dict[str, Any]:
        model.save_weights(self._out / WEIGHTS)
        facts = {
            **self._run,
            "minutes": round(progress.seconds / 60, 1),
            "history": list(progress.history),
            "code_version": self._code_version,
        }
        (self._out / FACTS).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        return facts


def compile_for(model: Any, plan: Plan, phase: Phase) -> None:
    """Give ``model`` (logits and features out) its loss and a fresh optimizer for a phase."""
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=plan.smoothing)
    momentum = plan.momentum(phase)
    optimizer = keras.optimizers.AdamW(
        1e-4, weight_decay=plan.decay, global_clipnorm=1.0, use_ema=True, ema_momentum=momentum
    )
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    # Compiling for the machine (XLA) makes a step four times slower on a CPU.
    model.compile(optimizer, loss=[loss, None], jit_compile=False)
    optimizer.build(model.trainable_variables)


def step(model: Any, photos: NDArray[np.uint8], numbers: NDArray[np.int64], rate: float) -> float:
    """Learn one batch; returns its loss."""
    model.optimizer.learning_rate = rate
    wanted = np.eye(model.output_shape[0][-1], dtype=np.float32)[numbers]
    answer = model.train_on_batch(photos.astype(np.float32), [wanted, None], return_dict=False)
    return float(np.ravel(answer)[0])


def _variables(model: Any) -> list[Any]:
    return [*model.variables, *model.optimizer.variables]


def _assign(variables: list[Any], values: Sequence[NDArray[Any]]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _line(entry: dict[str, Any], epoch: int, epochs: int) -> str:
    return (
        f"epoch {epoch} of {epochs} ({entry['phase']}) at {entry['side_pixels']} px: "
        f"loss {entry['loss']:.3f}, calibrate {entry['calibrate']:.3f}"
    )
