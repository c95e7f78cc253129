"""``kiosk-server alarms``: ids that came with other contents."""

from typing import Any

import click

from server.cli import build, say
from server.store.alarms import Alarm
from server.store.alarms import alarms as all_alarms


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def alarms(ctx: click.Context, as_json: bool) -> None:
    """Cases that came twice with different contents; the first is kept, nothing was changed."""
    found = all_alarms(build.parts(ctx).database)
    if as_json:
        say.json_line({"alarms": [_as_json(alarm) for alarm in found]})
    else:
        say.table(("case", "came from", "kept from", "seen"), [_row(alarm) for alarm in found])


def _as_json(alarm: Alarm) -> dict[str, Any]:
    return vars(alarm) | {"seen_at": alarm.seen_at.isoformat()}


def _row(alarm: Alarm) -> tuple[str, ...]:
    return alarm.case, alarm.kiosk, alarm.kept_from or "- (erased)", say.when(alarm.seen_at)
