"""``kiosk enrol``, ``outbox`` and ``sync``: the kiosk and its server."""

from pathlib import Path

import click

from device.cli import build, say
from device.cli.run import run_sync
from device.entry import Entry


@click.command()
@click.argument("url")
@click.argument("code")
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The PEM of the server's certificate, or of its CA; else the system's CAs are trusted.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def enrol(ctx: click.Context, url: str, code: str, certificate: Path | None, as_json: bool) -> None:
    """Belong to the server at URL, with the one-time CODE that its admin gave."""
    from device.uplink import enrolling
    from device.uplink.transport import HttpTransport

    found = build.settings(ctx)
    build.store(found).close()
    address = enrolling.server_address(url)
    done = enrolling.enrol(found.home, address, code, HttpTransport(address, certificate), certificate)
    if as_json:
        say.json_line({"server": done.server, "url": done.url, "kiosk": done.kiosk})
    else:
        click.echo(f"enrolled with {done.server}; a running kiosk notices by itself")


@click.command()
@click.option("--json", "as_json", is_flag=True)
@click.option("--try-again", is_flag=True, help="Try everything again that the server refused.")
@click.pass_context
def outbox(ctx: click.Context, as_json: bool, try_again: bool) -> None:
    """What the server is owed, and why it was not sent yet."""
    store = build.store(build.settings(ctx))
    if try_again:
        store.outbox.try_again()
    entries = store.outbox.all()
    store.close()
    if as_json:
        say.json_line({"owed": [_entry(entry) for entry in entries]})
        return
    for entry in entries:
        why = entry.fault or (f"{entry.attempts} tries" if entry.attempts else "waits")
        click.echo(f"{entry.case_id} {entry.kind.value}{' urgent' if entry.urgent else ''}: {why}")
    click.echo(f"{len(entries)} owed", err=True)


@click.command()
@click.option("--once", is_flag=True, help="Send what is owed, hear what there is, and end.")
@click.pass_context
def sync(ctx: click.Context, once: bool) -> int:
    """Send what is owed and hear what the server has; without --once, for ever."""
    found = build.settings(ctx)
    if not once:
        return run_sync(found)
    from device.sync.once import sync_once

    store = build.store(found)
    left, fault = sync_once(found.home, store)
    store.close()
    click.echo(f"{left} still owed" + (f": {fault}" if fault else ""), err=True)
    return 1 if fault else 0


def _entry(entry: Entry) -> dict[str, object]:
    return {
        "case": entry.case_id,
        "kind": entry.kind.value,
        "part": entry.part,
        "urgent": entry.urgent,
        "attempts": entry.attempts,
        "fault": entry.fault,
    }
