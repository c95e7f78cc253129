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
    classifier, rows = _load(model, images, manifest)
    judged = _judge(classifier, _part(rows, model, split), images)
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
    classifier, rows = _load(model, images, manifest)
    facts = Facts(
        manifest=classifier.manifest,
        judged=_judge(classifier, _part(rows, model, "test"), images),
        calibrated=_judge(classifier, _part(rows, model, "calibrate"), images),
        rows=rows,
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

    classifier, rows = _load(model, images, manifest)
    judged = _judge(classifier, _part(rows, model, split), images)
    reported = Reported(classifier.manifest, judged, split, images if photos else None)
    click.echo(json.dumps({"report": str(write_report(reported, out))}))


def _load(model: Path, images: Path, manifest: Path | None) -> tuple[Classifier, list[Row]]:
    """The model, and every listed photo."""
    classifier = Classifier.load(model.with_suffix(".json"))
    return classifier, read_listed(images, manifest, tuple(classifier.catalogue.conditions), "").sound()


def _part(rows: list[Row], model: Path, split: str | None) -> list[Row]:
    """The rows of a split of the model; None takes all."""
    return rows if split is None else rows_in(rows, load_splits(model.with_suffix(".split.csv")), split)


def _judge(classifier: Classifier, rows: list[Row], images: Path) -> list[Judged]:
    with counting("judging", len(rows)) as advance:
        return judge_rows(classifier, rows, images, advance)
