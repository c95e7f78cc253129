"""``kiosk status``: how the kiosk is, in a few lines."""

from typing import Any

import click

from device.cli import build, say
from device.config import Settings
from device.store import PROCESS_NAMES, Store


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """What runs, which model, how many cases, how much room."""
    found = build.settings(ctx)
    content = _status(found, build.store(found))
    if as_json:
        say.json_line(content)
        return
    for name, part in content["processes"].items():
        click.echo(f"{name}: {'runs' if part['alive'] else 'does not run'}")
    model, camera = content["model"], content["camera"]
    click.echo(
        f"model: {model['name']} {model['version']} in {model['engine']}" if model else "model: not loaded"
    )
    click.echo(f"camera: {camera['driver']}, {camera['words']}" if camera else "camera: not open")
    click.echo(f"cases: {content['cases']}\nfree on the card: {content['free_bytes'] / 1e9:.1f} GB")
    if content["simulated"]:
        click.echo("the hardware is simulated")


def _status(found: Settings, kept: Store) -> dict[str, Any]:
    health = {name: kept.processes.get(name) for name in PROCESS_NAMES}
    device = health["device"]
    report = device.report if device and device.alive else {}
    return {
        "home": str(found.home),
        "processes": {name: {"alive": bool(part and part.alive)} for name, part in health.items()},
        "model": report.get("model"),
        "camera": report.get("camera"),
        "simulated": bool(report.get("simulated")),
        "cases": kept.cases.count(),
        "free_bytes": kept.photos.free_bytes(),
    }
