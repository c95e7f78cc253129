"""Runs of a few steps: the same seed gives the same network, interrupted or not."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from training.errors import CheckpointUnusable, DiskFull, PreparedInvalid
from training.learn.network import body_of, build
from training.learn.plan import Phase, Plan
from training.learn.provenance import code_version, prepared_hash
from training.learn.train import Training, Watch
from training.photos.prepare import Prepared
from training.run import FACTS, WEIGHTS

pytestmark = [
    pytest.mark.usefixtures("small_mobilenet"),
    # Keras saves TensorFlow's variables by a call that numpy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
]

PLAN = Plan(
    phases=(
        Phase("head", (32,), 1e-2, 0.5),
        Phase("whole", (32, 64), 1e-2, 0.5),
        Phase("rounded", (64,), 1e-3, 0.5),
    ),
    seed=3,
    batch=4,
    steps_an_epoch=2,
    averaged=0.5,
)
SHORT = replace(PLAN, phases=(Phase("head", (32, 32), 1e-2, 0.5),))
STEPS = PLAN.epochs * PLAN.steps_an_epoch


def train(
    prepared: Prepared, out: Path, plan: Plan = PLAN, advance: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    return Training("mobilenet", prepared, plan, out, Watch(lambda _: None, advance)).run(None)


def interrupt_after(steps: int) -> Callable[[], None]:
    left: Iterator[int] = iter(range(steps))

    def advance() -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return advance


def weights(out: Path) -> dict[str, Any]:
    """Every array of the network's layers by its place in the file."""
    found: dict[str, Any] = {}

    def keep(name: str, thing: Any) -> None:
        if isinstance(thing, h5py.Dataset):
            found[name] = thing[()]

    with h5py.File(out / WEIGHTS) as file:
        file["layers"].visititems(keep)
    return found


def same(one: Path, other: Path) -> bool:
    first, second = weights(one), weights(other)
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


@pytest.fixture(scope="module")
def whole(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nobody interrupted."""
    out = tmp_path_factory.mktemp("run")
    train(prepared, out)
    return out


def test_two_runs_with_one_seed_give_the_same_weights_and_another_seed_gives_others(
    prepared: Prepared, tmp_path: Path
) -> None:
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        train(prepared, tmp_path / name, replace(SHORT, seed=seed))
    assert weights(tmp_path / "one")
    assert same(tmp_path / "one", tmp_path / "two")
    assert not same(tmp_path / "one", tmp_path / "three")


@pytest.mark.parametrize("steps", [2, 4, 7], ids=["between phases", "in a phase", "rounded"])
def test_an_interrupted_run_goes_on_to_the_weights_of_one_that_was_not(
    prepared: Prepared, whole: Path, tmp_path: Path, steps: int
) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(prepared, tmp_path, advance=interrupt_after(steps))
    assert not (tmp_path / WEIGHTS).exists()
    counted: list[int] = []
    facts = train(prepared, tmp_path, advance=lambda: counted.append(1))
    assert len(counted) == STEPS, "the bar starts where the run stopped"
    assert facts["history"] == json.loads((whole / FACTS).read_text(encoding="utf-8"))["history"]
    assert same(tmp_path, whole)


def test_a_finished_run_asked_for_again_keeps_its_network(
    prepared: Prepared, whole: Path, tmp_path: Path
) -> None:
    train(prepared, tmp_path)
    train(prepared, tmp_path)
    assert same(tmp_path, whole)


def test_a_run_with_another_plan_or_other_photos_does_not_go_on(prepared: Prepared, tmp_path: Path) -> None:
    train(prepared, tmp_path, SHORT)
    with pytest.raises(CheckpointUnusable, match=r"\(plan differ\)"):
        train(prepared, tmp_path, replace(SHORT, batch=8))
    other = replace(prepared, splits=("train", *prepared.splits[:-1]))
    with pytest.raises(CheckpointUnusable, match=r"\(prepared_sha256 differ\)"):
        train(other, tmp_path, SHORT)


def test_a_disk_that_fills_up_stops_the_run_and_the_same_command_goes_on(
    prepared: Prepared, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "checkpoint.npz.part").symlink_to("/dev/full")
    with pytest.raises(DiskFull, match="make room and run the same command again"):
        train(prepared, tmp_path / "full", SHORT)
    train(prepared, tmp_path / "full", SHORT)
    train(prepared, tmp_path / "roomy", SHORT)
    assert same(tmp_path / "full", tmp_path / "roomy")


def test_the_facts_say_what_the_network_was_made_from(prepared: Prepared, whole: Path) -> None:
    facts = json.loads((whole / FACTS).read_text(encoding="utf-8"))
    assert facts["backbone"] == "mobilenet"
    assert facts["classes"] == list(prepared.classes)
    assert facts["prepared_sha256"] == prepared_hash(prepared)
    assert facts["code_version"] == code_version()
    assert (facts["plan"]["seed"], facts["plan"]["batch"], facts["plan"]["averaged"]) == (3, 4, 0.5)
    assert [phase["name"] for phase in facts["plan"]["phases"]] == ["head", "whole", "rounded"]
    assert [(entry["phase"], entry["side_pixels"]) for entry in facts["history"]] == [
        ("head", 32), ("whole", 32), ("whole", 64), ("rounded", 64),
    ]  # fmt: skip
    assert all(entry["loss"] > 0 and 0 <= entry["calibrate"] <= 1 for entry in facts["history"])


def test_an_epoch_is_reported_in_one_line(prepared: Prepared, tmp_path: Path) -> None:
    lines: list[str] = []
    Training("mobilenet", prepared, SHORT, tmp_path, Watch(lines.append, lambda: None)).run(None)
    assert [line.split(":")[0] for line in lines] == [
        "epoch 1 of 2 (head) at 32 px",
        "epoch 2 of 2 (head) at 32 px",
    ]


def test_the_head_learns_alone_and_the_edges_never(prepared: Prepared, whole: Path, tmp_path: Path) -> None:
    keras.utils.set_random_seed(PLAN.seed)
    fresh = build("mobilenet", len(prepared.classes) + 1, None, None)
    start = {layer.name: layer.get_weights() for layer in body_of(fresh, "mobilenet").layers}
    train(prepared, tmp_path, SHORT)
    assert changed(fresh, tmp_path, start) == set()
    still = {"conv1", *(f"conv_{kind}_{n}" for n in (1, 2, 3) for kind in ("dw", "pw"))}
    learned = {name for name in start if name.startswith("conv")} - still
    assert changed(fresh, whole, start) == learned == {"conv_dw_4", "conv_pw_4"}


def changed(model: Any, out: Path, start: dict[str, Any]) -> set[str]:
    """The layers whose weights the run in ``out`` left otherwise than they were."""
    model.load_weights(out / WEIGHTS)
    layers = body_of(model, "mobilenet").layers
    pairs = {layer.name: zip(layer.get_weights(), start[layer.name], strict=True) for layer in layers}
    return {name for name, weights in pairs.items() if any((now != then).any() for now, then in weights)}


def test_one_condition_alone_is_nothing_to_learn(prepared: Prepared, tmp_path: Path) -> None:
    with pytest.raises(PreparedInvalid, match="fewer than two conditions have 20 photos"):
        train(replace(prepared, classes=("nevus",)), tmp_path)
