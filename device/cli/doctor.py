"""``kiosk doctor``: the checks, printed."""

import click

from device.cli import build, say
from device.clock import SystemClock
from device.doctor import Doctor


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> int:
    """Check model, camera, home, disk and clock; exit status 1 where something needs care."""
    found = build.settings(ctx)
    examined = Doctor(
        build.store(found),
        SystemClock(),
        lambda: build.examiner(found).classifier,
        build.camera(found),
    )
    checks = []
    for check in examined.examine():
        checks.append(check)
        if not as_json:
            click.echo(f"{'well ' if check.ok else 'CARE '} {check.name}: {check.words}")
    if as_json:
        say.json_line({"ok": all(check.ok for check in checks), "checks": [vars(check) for check in checks]})
    return 0 if all(check.ok for check in checks) else 1
