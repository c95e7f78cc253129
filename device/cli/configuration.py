"""``kiosk config``: what holds, where it comes from, whether the file is right."""

import click

from device.cli import build, say
from device.config import flatten


@click.group()
def config() -> None:
    """The configuration of this kiosk."""


@config.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def show(ctx: click.Context, as_json: bool) -> None:
    """Every value and where it comes from."""
    found = build.settings(ctx)
    values = flatten(found.config.model_dump(mode="json"))
    if as_json:
        rows = {name: {"value": value, "origin": found.origins[name]} for name, value in values.items()}
        say.json_line({"home": str(found.home), "config": str(found.config_file), "values": rows})
        return
    click.echo(f"home {found.home}\nfile {found.config_file}\n")
    say.table(("name", "value", "origin"), [(n, repr(v), found.origins[n]) for n, v in values.items()])


@config.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Say whether the configuration holds; exit status 2 where it does not."""
    found = build.settings(ctx)
    say.done(as_json, f"{found.config_file} holds", {"ok": True, "config": str(found.config_file)})
