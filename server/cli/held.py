"""``kiosk-server held``: photos that the server doubts, and what is done about them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from server import disk
from server.cli import build, say
from server.errors import Refused
from server.photos.held import HeldPhoto, HeldPhotos


def _one(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Which photo: ``case`` and ``number``; and ``as_json``."""
    verb = click.option("--json", "as_json", is_flag=True)(verb)
    verb = click.argument("number", metavar="NUMBER", type=click.IntRange(min=0))(verb)
    return click.argument("case", metavar="CASE", type=click.UUID)(verb)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def held(ctx: click.Context, as_json: bool) -> None:
    """Photos that nobody sees until an admin has looked; alone it lists them."""
    if ctx.invoked_subcommand:
        return
    found = _photos(ctx).all()
    if as_json:
        say.json_line({"held": [_as_json(photo) for photo in found]})
    else:
        say.table(("case", "photo", "reason", "since", "goes", "kiosk"), [_row(photo) for photo in found])


@held.command()
@_one
@click.option(
    "--out",
    required=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write it.",
)
@click.pass_context
def show(ctx: click.Context, case: UUID, number: int, as_json: bool, out: Path) -> None:
    """Write the photo where nobody but you can read it."""
    photo = _photos(ctx).read(str(case), number)
    try:
        disk.write_durably(out.absolute(), photo)
    except OSError as error:
        raise Refused(f"{out} cannot be written: {error.strerror}") from error
    say.done(as_json, f"written to {out}: remove it once you have looked", {"file": str(out)})


@held.command()
@_one
@click.pass_context
def release(ctx: click.Context, case: UUID, number: int, as_json: bool) -> None:
    """Keep it: from now on it is a photo like any other."""
    _photos(ctx).release(str(case), number)
    say.done(as_json, "released", {"released": str(case), "photo": number})


@held.command()
@_one
@click.pass_context
def drop(ctx: click.Context, case: UUID, number: int, as_json: bool) -> None:
    """Remove it for good: it is never asked for again."""
    _photos(ctx).drop(str(case), number)
    say.done(as_json, "dropped", {"dropped": str(case), "photo": number})


def _photos(ctx: click.Context) -> HeldPhotos:
    parts = build.parts(ctx)
    return HeldPhotos(parts.database, parts.clock, parts.settling, parts.photos, parts.removals)


def _as_json(photo: HeldPhoto) -> dict[str, Any]:
    moments = {"since": photo.since.isoformat(), "until": photo.until.isoformat() if photo.until else None}
    return {"case": photo.case, "photo": photo.number, "reason": photo.reason, "kiosk": photo.kiosk} | moments


def _row(photo: HeldPhoto) -> tuple[str, ...]:
    moments = say.when(photo.since), say.when(photo.until)
    return photo.case, str(photo.number), photo.reason, *moments, photo.kiosk
