"""``kiosk cases``: list, show, export, erase."""

import json
import sys
from pathlib import Path

import click

from device.case import Case
from device.cli import build, say
from device.errors import StoreFull


@click.group()
def cases() -> None:
    """Cases on this kiosk, newest first."""


@cases.command("list")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_cases(ctx: click.Context, limit: int, as_json: bool) -> None:
    """The newest cases."""
    newest = build.store(build.settings(ctx)).cases.newest_first(limit)
    if as_json:
        say.json_line({"cases": [case.as_json() for case in newest]})
    else:
        say.table(("case", "when", "state", "finding"), [_row(case) for case in newest])


@cases.command()
@click.argument("case_id", metavar="ID")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, case_id: str, as_json: bool) -> None:
    """One case, whole."""
    content = build.store(build.settings(ctx)).cases.get(case_id).as_json()
    click.echo(json.dumps(content, ensure_ascii=False, indent=None if as_json else 2))


@cases.command()
@click.argument("case_id", metavar="ID")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def export(ctx: click.Context, case_id: str, folder: Path, as_json: bool) -> None:
    """Write a case's photos, their copies with blurred faces and its JSON into DIR/ID."""
    kept = build.store(build.settings(ctx))
    case = kept.cases.get(case_id)
    target = folder / case.id
    try:
        target.mkdir(parents=True, exist_ok=True)
        for photo in (*case.photos, *kept.faces.copies(case.id)):
            (target / Path(photo.file).name).write_bytes(kept.photos.read(photo))
        (target / "case.json").write_text(json.dumps(case.as_json(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise StoreFull(f"{target} cannot be written ({error.strerror}): choose another folder") from error
    say.done(as_json, f"exported to {target}", {"exported": case.id, "folder": str(target)})


@cases.command()
@click.argument("case_id", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask (a script is never asked).")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def erase(ctx: click.Context, case_id: str, yes: bool, as_json: bool) -> None:
    """Erase a case and its photos from this kiosk, for good."""
    kept = build.store(build.settings(ctx))
    kept.cases.get(case_id)
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase case {case_id} and its photos for good?", abort=True, err=True)
    kept.erase(case_id)
    say.done(as_json, "erased", {"erased": case_id})


def _row(case: Case) -> tuple[str, str, str, str]:
    text = case.prediction["finding"]["text"] if case.prediction else case.reason or ""
    return case.id, say.when(case), case.state.value, text
