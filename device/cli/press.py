"""``kiosk press``: the button, over ssh."""

import time

import click

from device.case import Origin
from device.cli import build, say
from device.errors import DeviceAbsent, PressRefused
from device.store import Store

_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.02


@click.command()
@click.option(
    "--hold", type=click.FloatRange(0, 60), default=0.0, help="Seconds to hold it: 2 pairs, 6 shuts down."
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def press(ctx: click.Context, hold: float, as_json: bool) -> None:
    """Press the running kiosk's button. On real hardware a short press takes a photo, as a phone's does."""
    kept = build.store(build.settings(ctx))
    device = kept.processes.get("device")
    if device is None or not device.alive:
        raise DeviceAbsent("the kiosk does not run here: start it with kiosk run, or name its --home")
    if device.report["simulated"]:
        _press_pin(kept, hold)
    elif hold:
        raise PressRefused("only a simulated button can be held from here: hold the real one")
    else:
        kept.photos.require_room()
        kept.cases.ask(Origin.BUTTON)
    say.done(as_json, "pressed", {"pressed": True, "hold_seconds": hold})


def _press_pin(kept: Store, hold: float) -> None:
    number = kept.pin_presses.ask(hold)
    until = time.monotonic() + hold + _PATIENCE_SECONDS
    while not kept.pin_presses.is_done(number):
        if time.monotonic() > until:
            raise DeviceAbsent("the kiosk does not answer: see kiosk status")
        time.sleep(_POLL_SECONDS)
