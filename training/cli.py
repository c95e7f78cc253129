"""``kiosk-train``: photos and labels in, a model and its figures out.

Exit status 0 success, 2 the input or the call is wrong, 1 anything else.
TensorFlow is imported only by the verbs that learn or convert.
"""

import json
from pathlib import Path
from typing import Any

import click

from models.classifier import Classifier
from models.conditions import load_catalogue
from models.errors import ModelsError
from training.errors import TrainingError
from training.judge.evaluate import evaluate
from training.judge.judging import Judged, judge_rows
from training.photos.manifest_csv import read_folders, read_manifest_csv
from training.photos.prepare import learned_classes, load_prepared, prepare
from training.photos.split import load_splits, rows_in, split_groups
from training.progress import counting, say

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
_NEW_FOLDER = click.Path(file_okay=False, path_type=Path)

_images = click.option("--images", type=_FOLDER, required=True, help="Where the list's paths start.")
_manifest = click.option("--manifest", type=_FILE, required=True, help="The list of photos (CSV).")
_prepared = click.option("--prepared", type=_FOLDER, required=True, help="What prepare wrote.")
_model = click.option("--model", type=_FILE, required=True, help="A model's .json manifest, or its .tflite.")
_trained = click.option("--trained", type=_FOLDER, required=True, help="What train wrote.")


class _Refused(click.ClickException):
    exit_code = 2


class _Verbs(click.Group):
    """Turns our own errors into their message and exit status 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (TrainingError, ModelsError) as error:
            raise _Refused(str(error)) from error
        except ModuleNotFoundError as error:
            raise click.ClickException(f"{error}: install skin-kiosk[training]") from error


@click.group(cls=_Verbs)
def main() -> None:
    """Make a model for the kiosk: prepare, train, quantize, evaluate, card."""


@main.command("prepare")
@_images
@click.option("--manifest", type=_FILE, help="The list of photos (CSV); without it a folder is a condition.")
@click.option("--out", type=_NEW_FOLDER, required=True, help="For rows and pixels (200 KB a photo).")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same splits.")
def _prepare(images: Path, manifest: Path | None, out: Path, seed: int) -> None:
    """Check the list, split it by group, decode every photo once."""
    catalogue = tuple(load_catalogue().conditions)
    rows = read_manifest_csv(manifest, images, catalogue) if manifest else read_folders(images, catalogue)
    with counting("decoding", len(rows)) as advance:
        splits = split_groups(rows, learned_classes(rows, catalogue), seed)
        photos = prepare(rows, splits, images, out, advance)
    click.echo(json.dumps({"out": str(out), "photos": photos}))


@main.group("train")
def _train() -> None:
    """Learn from a prepared folder."""


@_train.command("mobilenet")
@_prepared
@click.option("--weights", type=_FILE, required=True, help="MobileNet V1 1.0 224, ImageNet, without its top.")
@click.option("--out", type=_NEW_FOLDER, required=True, help="Where checkpoints, weights and facts go.")
@click.option("--epochs", default=9, show_default=True, type=click.IntRange(2), help="A third at 224 px.")
@click.option("--seed", default=1, show_default=True)
def _mobilenet(prepared: Path, weights: Path, out: Path, epochs: int, seed: int) -> None:
    """Train the kiosk's own network: 40 minutes on two cores."""
    from training.learn.train import Plan, train

    large = max(1, epochs // 3)
    plan = Plan(small_epochs=epochs - large, large_epochs=large, seed=seed)
    learned = load_prepared(prepared, tuple(load_catalogue().conditions))
    facts = train(learned, weights, out, plan, say)
    click.echo(json.dumps({"out": str(out), "minutes": facts["minutes"], "history": facts["history"]}))


@main.command("quantize")
@_prepared
@_trained
@click.option(
    "--model", type=_NEW_FILE, required=True, help="The .tflite to write; its manifest goes beside."
)
@click.option("--release", "version", required=True, help="The model's version, as 2026.11.1.")
def _quantize(prepared: Path, trained: Path, model: Path, version: str) -> None:
    """Convert to int8, set temperature and thresholds, write the model and its manifest."""
    from training.ship.quantize import quantize

    catalogue = load_catalogue()
    learned = load_prepared(prepared, tuple(catalogue.conditions))
    facts = quantize(learned, trained, catalogue, model, version)
    click.echo(json.dumps(facts))


@main.command("evaluate")
@_model
@_images
@_manifest
@click.option("--split", help="Only the groups of this split of the model: train, calibrate or test.")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object on stdout.")
def _evaluate(model: Path, images: Path, manifest: Path, split: str | None, as_json: bool) -> None:
    """Judge the listed photos with the very file that ships."""
    classifier, judged = _judge(model, images, manifest, split)
    figures = evaluate(judged, classifier.manifest.conditions)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in figures.items()))


@main.command("card")
@_model
@_images
@_manifest
@_trained
def _card(model: Path, images: Path, manifest: Path, trained: Path) -> None:
    """Write the model card, from the figures on the model's own test split."""
    from training.judge.card import Facts, write_card

    classifier, judged = _judge(model, images, manifest, "test")
    rows = read_manifest_csv(manifest, images, tuple(classifier.catalogue.conditions))
    splits = load_splits(model.with_suffix(".split.csv"))
    path = write_card(
        Facts(classifier.manifest, judged, rows, splits, trained), model.with_suffix(".card.md")
    )
    click.echo(json.dumps({"card": str(path)}))


def _judge(model: Path, images: Path, manifest: Path, split: str | None) -> tuple[Classifier, list[Judged]]:
    classifier = Classifier.load(model.with_suffix(".json"))
    rows = read_manifest_csv(manifest, images, tuple(classifier.catalogue.conditions))
    if split is not None:
        rows = rows_in(rows, load_splits(model.with_suffix(".split.csv")), split)
    with counting("judging", len(rows)) as advance:
        return classifier, judge_rows(classifier, rows, images, advance)
