"""``kiosk config``: what holds, where it comes from, whether the file is right."""

from typing import Any

import click

from device.cli import build, say
from device.config import flatten
from device.store.current_settings import SettingsNow


@click.group()
def config() -> None:
    """The configuration of this kiosk."""


@config.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Every value and where it comes from."""
    now = build.settings_now(build.settings(ctx))
    home, file, rows = str(now.settings.home), str(now.settings.config_file), _rows(now)
    if as_json:
        say.json_line({"home": home, "config": file, "values": rows})
        return
    click.echo(f"home {home}\nfile {file}\n")
    table = [(name, repr(row["value"]), row["origin"]) for name, row in rows.items()]
    say.table(("name", "value", "origin"), table)


@config.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Say whether the configuration holds; exit status 2 where it does not."""
    found = build.settings(ctx)
    found.with_pages({name: kept.value for name, kept in build.settings_now(found).stored.items()})
    say.done(as_json, f"{found.config_file} holds", {"ok": True, "config": str(found.config_file)})


def _rows(now: SettingsNow) -> dict[str, dict[str, Any]]:
    values = flatten(now.settings.config.model_dump(mode="json"))
    return {name: {"value": value, "origin": _origin(now, name)} for name, value in values.items()}


def _origin(now: SettingsNow, name: str) -> str:
    origin = now.settings.origins[name]
    if origin != "pages":
        return origin
    kept = now.stored[name]
    return f"pages (by {kept.set_by}, {kept.set_at:%Y-%m-%d %H:%M} UTC)"
