"""``kiosk doctor``: the checks, printed."""

from collections.abc import Iterator

import click

from device.cli import build, say
from device.clock import SystemClock
from device.config import Settings
from device.errors import StoreError
from device.health.doctor import Check, Doctor


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Check model, camera, home, disk and clock; exit status 1 where something needs care."""
    checks = []
    for check in _checks(build.settings(ctx)):
        checks.append(check)
        if not as_json:
            click.echo(f"{'well ' if check.ok else 'CARE '} {check.name}: {check.words}")
    if as_json:
        say.json_line({"ok": all(check.ok for check in checks), "checks": [vars(check) for check in checks]})
    return 0 if all(check.ok for check in checks) else 1


def _checks(found: Settings) -> Iterator[Check]:
    """Every check; where not even the store opens, that is the one that tells what to do first."""
    try:
        kept = build.store(found)
    except StoreError as error:
        yield Check("writable home", False, str(error))
        return
    model, camera = lambda: build.examiner(found).classifier, build.camera(found)
    yield from Doctor(kept, SystemClock(), model, camera).examine()
