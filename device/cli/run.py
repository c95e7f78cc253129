"""``kiosk run``: all three processes in the foreground, or one of them for its unit."""

import os
import signal
import sys
import threading
from typing import IO, Any, Protocol

import click

from device.cli import build
from device.config import Settings


class _Process(Protocol):
    def run(self) -> int: ...

    def stop(self) -> None: ...


@click.command()
@click.argument("part", type=click.Choice(["device", "dashboard", "sync"]), required=False)
@click.option("--simulate", is_flag=True, default=None, help="Pretend camera, button and lights.")
@click.option("--host", help="The address the pages listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port the pages listen on.")
@click.pass_context
def run(
    ctx: click.Context, part: str | None, simulate: bool | None, host: str | None, port: int | None
) -> int:
    """Run the kiosk until SIGTERM; with PART only one of its three processes."""
    web = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    options: dict[str, Any] = {"web": web} if web else {}
    if simulate:
        options["simulate"] = True
    found = build.settings(ctx, options)
    os.umask(0o007)
    start = {"device": _device, "dashboard": _dashboard, "sync": run_sync, None: _all}[part]
    return start(found)


def _all(found: Settings) -> int:
    from device.network import require_free_port
    from device.supervisor import Supervisor

    require_free_port(found.config.web.host, found.config.web.port)
    with _alone(found, "run"):
        link = _first_phone_link(found) if found.config.simulate else None
        return _until_stopped(Supervisor(found, link))


def _device(found: Settings) -> int:
    from device.process import DeviceProcess

    _log_to_stderr()
    with _alone(found, "device"):  # before its parts are built: they begin by clearing what the last run left
        return _until_stopped(DeviceProcess(build.device_parts(found)))


def run_sync(found: Settings) -> int:
    """The sync process, until a signal comes."""
    from device.sync.process import SyncProcess

    _log_to_stderr()
    return _until_stopped(SyncProcess(found.home, lambda: build.store(found), os.getpid()))


def _dashboard(found: Settings) -> int:
    """Become the dashboard: the device package does not know its code."""
    command = [sys.executable, "-m", "dashboard", *found.place_options(), *found.run_options()]
    os.execv(command[0], command)  # noqa: S606 - our own interpreter, no shell


def _alone(found: Settings, work: str) -> IO[bytes]:
    """Hold the lock on a piece of work in this home, which is made and migrated where needed.

    Raises AlreadyRunning or StoreError.
    """
    from device.lock import hold

    build.store(found).close()
    return hold(found.home, work)


def _until_stopped(process: _Process) -> int:
    """Run until a signal comes. The handler runs between two steps of this very thread, which
    may hold the lock that ``stop`` wants: so another thread asks for the end.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=process.stop).start())
    return process.run()


def _first_phone_link(found: Settings) -> str:
    """A fresh one-time link for a first phone; links of earlier runs that nobody used end."""
    from device.case import Role

    kept = build.store(found)
    for phone in kept.phones.all():
        if phone.name == _FIRST_PHONE and not phone.paired and not phone.revoked:
            kept.phones.revoke(phone.id)
    link = kept.phones.add(Role.STAFF, _FIRST_PHONE).link
    kept.close()
    return link


def _log_to_stderr() -> None:
    import logging

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")


_FIRST_PHONE = "first phone"
