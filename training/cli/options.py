"""Options that several verbs share."""

from pathlib import Path

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
NEW_FOLDER = click.Path(file_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

images = click.option(
    "--images",
    type=click.Path(exists=True, path_type=Path),
    required=True,
    help="Where the list's paths start, or an archive's .zip.",
)
manifest = click.option(
    "--manifest", type=FILE, help="The list of photos (CSV); without it a folder is a condition."
)
prepared = click.option("--prepared", type=_FOLDER, required=True, help="What prepare wrote.")
model = click.option("--model", type=FILE, required=True, help="A model's .json manifest, or its .tflite.")
trained = click.option("--trained", type=_FOLDER, required=True, help="What train wrote.")
split = click.option("--split", help="Only the groups of this split of the model: train, calibrate or test.")
