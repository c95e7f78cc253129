"""The verbs that judge a model: evaluate, card, report."""

import json
from pathlib import Path

import click

from models.classifier import Classifier
from training.cli import options
from training.judge.evaluate import evaluate as figures_of
from training.judge.judging import Judged, judge_rows
from training.judge.margins import evaluate_with_intervals
from training.photos.manifest_csv import read_listed
from training.photos.row import Row
from training.photos.split import load_splits, rows_in
from training.progress import counting


@click.command("evaluate")
@options.model
@options.images
@options.manifest
@options.split
@click.option("--intervals", is_flag=True, help="With 95 % intervals (a few seconds more).")
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object on stdout.")
def evaluate(
    model: Path, images: Path, manifest: Path | None, split: str | None, intervals: bool, as_json: bool
) -> None:
    """Judge the listed photos with the very file that ships."""
    classifier, judged = _judge(model, images, manifest, split)
    conditions = classifier.manifest.conditions
    figures = evaluate_with_intervals(judged, conditions) if intervals else figures_of(judged, conditions)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        click.echo("\n".join(f"{name}: {value}" for name, value in figures.items()))


@click.command("card")
@options.model
@options.images
@options.manifest
@options.trained
@click.option("--comparison", type=options.FILE, help="The comparison.json that compare wrote.")
def card(model: Path, images: Path, manifest: Path | None, trained: Path, comparison: Path | None) -> None:
    """Write the model card, from the figures on the model's own test split."""
    from training.compare.tables import comparison_tables
    from training.judge.card import Facts, write_card

    tables = comparison_tables(json.loads(comparison.read_text(encoding="utf-8"))) if comparison else ""
    classifier, judged = _judge(model, images, manifest, "test")
    _, calibrated = _judge(model, images, manifest, "calibrate")
    facts = Facts(
        manifest=classifier.manifest,
        judged=judged,
        calibrated=calibrated,
        rows=_rows(classifier, images, manifest),
        splits=load_splits(model.with_suffix(".split.csv")),
        trained=trained,
        comparison=tables,
    )
    click.echo(json.dumps({"card": str(write_card(facts, model.with_suffix(".card.md")))}))


@click.command("report")
@options.model
@options.images
@options.manifest
@options.split
@click.option("--out", type=options.NEW_FILE, required=True, help="The page to write, an .html file.")
@click.option("--photos", is_flag=True, help="With thumbnails of errors: then it must not leave the house.")
def report(
    model: Path, images: Path, manifest: Path | None, split: str | None, out: Path, photos: bool
) -> None:
    """Write one HTML page with the figures, plots and errors of a model."""
    from training.judge.report import Reported, write_report

    classifier, judged = _judge(model, images, manifest, split)
    reported = Reported(classifier.manifest, judged, split, images if photos else None)
    click.echo(json.dumps({"report": str(write_report(reported, out))}))


def _judge(
    model: Path, images: Path, manifest: Path | None, split: str | None
) -> tuple[Classifier, list[Judged]]:
    classifier = Classifier.load(model.with_suffix(".json"))
    rows = _rows(classifier, images, manifest)
    if split is not None:
        rows = rows_in(rows, load_splits(model.with_suffix(".split.csv")), split)
    with counting("judging", len(rows)) as advance:
        return classifier, judge_rows(classifier, rows, images, advance)


def _rows(classifier: Classifier, images: Path, manifest: Path | None) -> list[Row]:
    return read_listed(images, manifest, tuple(classifier.catalogue.conditions), "").sound()
