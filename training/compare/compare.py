"""Measure every line of the comparison and write them to one file."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.compare.backbones import BACKBONES
from training.compare.features import Features, View, features
from training.compare.groups import part_of_groups
from training.compare.heads import BATCH, EPOCHS, KINDS, RATES, Examples, Method, best_rate, learn_head
from training.judge.figures import balanced_accuracy
from training.learn.treatments import Treatment
from training.photos.prepare import Prepared

COMPARISON = "comparison.json"
"""The file of figures in the folder given."""

SEEDS = (1, 2, 3)
"""A seed chooses what is held out, what a share holds, and the order of photos."""
SHARES = (0.05, 0.1, 0.25, 0.5, 1.0)
"""Of the train groups, for the learning curve."""
FEWEST = 10
"""A condition with fewer photos in a group of figures does not count there."""

_HELD_OUT = 0.15
_NO_TREATMENT = "none"


@dataclass(frozen=True)
class Line:
    """What is measured: one change against the plain way in each table."""

    backbone: str
    treatment: str = _NO_TREATMENT
    kind: str = "softmax"
    optimiser: str = "adam"
    share: float = 1.0


def compare(
    prepared: Prepared,
    weights: Mapping[str, Path],
    treatments: Mapping[str, Treatment],
    out: Path,
    report: Callable[[str], None],
) -> dict[str, Any]:
    """Measure bodies, heads, optimisers, treatments and the learning curve; write ``COMPARISON`` in ``out``.

    ``weights`` gives the file of each body to compare, one or more of BACKBONES; all but the first table
    are of the first of them there. ``treatments`` are by name, as TREATMENTS. ``report`` gets a line for
    every line measured. Features stay in ``out``: a call after a break computes only what is missing.
    Returns what it wrote. Raises WeightsInvalid.
    """
    started = time.monotonic()
    tables = plan(tuple(name for name in BACKBONES if name in weights), tuple(treatments))
    wanted = list(dict.fromkeys(line for lines in tables.values() for line in lines))
    found: dict[Line, dict[str, Any]] = {}
    for backbone, name in dict.fromkeys((line.backbone, line.treatment) for line in wanted):
        view = View(backbone, weights[backbone], treatment_name=name, treatment=treatments.get(name))
        bench = _Bench.of(prepared, view, out / "features")
        for line in wanted:
            if (line.backbone, line.treatment) == (backbone, name):
                found[line] = bench.measure(line)
                report(f"{' '.join(map(str, asdict(line).values()))}: {found[line]['all']['mean']}")
    facts = {
        "settings": _settings(prepared),
        "seconds": round(time.monotonic() - started),
        "tables": {name: [found[line] for line in lines] for name, lines in tables.items()},
    }
    (out / COMPARISON).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def plan(backbones: tuple[str, ...], treatments: tuple[str, ...]) -> dict[str, tuple[Line, ...]]:
    """The lines of each table, in the order of the card; the same line may stand in several."""
    first = backbones[0]
    return {
        "backbones": tuple(Line(name, kind=kind) for name in backbones for kind in KINDS),
        "optimisers": tuple(Line(first, optimiser=name) for name in RATES),
        "treatments": tuple(Line(first, treatment=name) for name in (_NO_TREATMENT, *treatments)),
        "learning_curve": tuple(Line(first, share=share) for share in SHARES),
    }


@dataclass(frozen=True)
class _Bench:
    """Features of the train and calibrate photos in one view, ready for heads."""

    prepared: Prepared
    train: NDArray[np.int64]
    calibrate: NDArray[np.int64]
    seen: Features
    judged: Features

    @classmethod
    def of(cls, prepared: Prepared, view: View, folder: Path) -> "_Bench":
        train, calibrate = prepared.known("train"), prepared.known("calibrate")
        both = features(prepared, np.concatenate([train, calibrate]), view, folder)
        return cls(prepared, train, calibrate, both[: len(train)], both[len(train) :])

    def measure(self, line: Line) -> dict[str, Any]:
        """The rate that the first seed chooses, then the figures of all seeds at it."""
        method, classes = Method(line.kind, line.optimiser), len(self.prepared.classes)
        drawn = [self._examples(line.share, seed) for seed in SEEDS]
        rate = best_rate(drawn[0], classes, method, SEEDS[0])
        heads = [
            learn_head(examples, classes, method, rate, seed)
            for examples, seed in zip(drawn, SEEDS, strict=True)
        ]
        runs = [self._figures(head.answers(self.judged)) for head in heads]
        return {
            **asdict(line),
            "channels": self.seen.shape[1],
            "photos": round(np.mean([len(examples.targets) for examples in drawn])),
            "rate": rate,
            **{name: _mean_and_spread(run[name] for run in runs) for name in runs[0]},
        }

    def _examples(self, share: float, seed: int) -> Examples:
        taken = part_of_groups(self.prepared, self.train, share, seed)
        indices = self.train[taken]
        held_out = part_of_groups(self.prepared, indices, _HELD_OUT, seed)
        return Examples(self.seen[taken], self.prepared.targets(indices), held_out)

    def _figures(self, said: NDArray[np.int64]) -> dict[str, float]:
        truth = self.prepared.targets(self.calibrate)
        rows = [self.prepared.rows[i] for i in self.calibrate]
        groups = {
            "all": np.ones(len(rows), np.bool_),
            "clinical": np.array([row.clinical for row in rows], np.bool_),
            "dermoscopy": np.array([row.modality == "dermoscopy" for row in rows], np.bool_),
        }
        return {name: balanced_accuracy(truth[part], said[part], FEWEST) for name, part in groups.items()}


def _mean_and_spread(values: Iterable[float]) -> dict[str, float | None]:
    """Mean and sample standard deviation; None where no condition has photos enough."""
    runs = np.array(list(values))
    if np.isnan(runs).any():
        return {"mean": None, "spread": None}
    return {"mean": round(float(runs.mean()), 4), "spread": round(float(runs.std(ddof=1)), 4)}


def _settings(prepared: Prepared) -> dict[str, Any]:
    return {
        "classes": prepared.classes,
        "photos": {name: len(prepared.known(name)) for name in ("train", "calibrate")},
        "epochs": EPOCHS,
        "batch": BATCH,
        "rates": RATES,
        "seeds": SEEDS,
        "held_out": _HELD_OUT,
        "fewest": FEWEST,
    }
