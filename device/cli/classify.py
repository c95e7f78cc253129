"""``kiosk classify``: estimates for photo files; nothing is stored."""

import hashlib
from pathlib import Path
from typing import Any

import click

from device.cli import build, say
from device.config import Settings
from device.errors import StoreError
from models.errors import PhotoError, PhotoTooLarge
from models.examiner import Examiner
from models.photo_file import MAX_PHOTO_BYTES

_WRONG_INPUT_STATUS = 2


@click.command()
@click.argument("photos", metavar="PHOTO...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, in order.")
@click.pass_context
def classify(ctx: click.Context, photos: tuple[Path, ...], as_json: bool) -> int:
    """Estimate what PHOTOs show, with the model that ships. An estimate, no diagnosis."""
    examiner = build.examiner(_settings(build.settings(ctx)))
    answers = [_answer(examiner, photo, as_json) for photo in photos]
    return 0 if all(answers) else _WRONG_INPUT_STATUS


def _settings(found: Settings) -> Settings:
    """With what was set on the pages; a store that cannot be read keeps no photo from its estimate."""
    try:
        return build.settings_now(found).settings
    except StoreError as error:
        click.echo(f"kiosk: what was set on the pages is left aside: {error}", err=True)
        return found


def _answer(examiner: Examiner, path: Path, as_json: bool) -> bool:
    """Say what is to be said of one photo; whether it could be read."""
    try:
        answer = _examine(examiner, path)
    except (PhotoError, OSError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        answer = {"photo": str(path), "error": words}
    if as_json:
        say.json_line(answer)
    else:
        _say_in_words(answer)
    return "error" not in answer


def _examine(examiner: Examiner, path: Path) -> dict[str, Any]:
    if path.stat().st_size > MAX_PHOTO_BYTES:
        raise PhotoTooLarge("the photo is larger than 20 MiB: give a smaller one")
    photo = path.read_bytes()
    examination = examiner.examine(photo)
    return {"photo": str(path), "sha256": hashlib.sha256(photo).hexdigest()} | examination.as_json()


def _say_in_words(answer: dict[str, Any]) -> None:
    name = click.format_filename(answer["photo"])
    if "error" in answer:
        click.echo(f"{name}: {answer['error']}", err=True)
        return
    finding = answer["finding"]
    click.echo(f"{name}: {finding['text']}")
    click.echo(f"  urgency: {finding['urgency']}. {finding['advice']}")
    for reason in answer["quality"]["reasons"]:
        click.echo(f"  photo: {reason}")
    ranked = (f"{c['condition']} {c['score']:.2f}" for c in answer["candidates"])
    click.echo(f"  candidates: {', '.join(ranked)}")
    click.echo(f"  {finding['disclaimer']}")
