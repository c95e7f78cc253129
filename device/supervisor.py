"""``kiosk run``: starts the three processes, passes signals on, restarts one that dies."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import click

from device.config import Settings
from device.network import reachable_address
from device.parent_death import end_with_parent
from device.process_status import SHUTDOWN_STATUS
from device.ready import is_ready
from device.restart import Start
from device.store import PROCESS_NAMES

_POLL_SECONDS = 0.05
_STOP_SECONDS = 4.0


@dataclass
class _Part:
    """One of the three, with its last start; ``next_start`` is None while it runs."""

    name: str
    process: subprocess.Popen[bytes]
    start: Start
    next_start: Start | None = None


class Supervisor:
    """The foreground process; it holds no case and no hardware."""

    def __init__(
        self,
        settings: Settings,
        pairing_link: str | None,
        spawn: Callable[[str], "subprocess.Popen[bytes]"] | None = None,
        ready: Callable[[str], bool] = is_ready,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``pairing_link`` is printed for a first phone once all is ready; None prints none."""
        self._settings = settings
        self._pairing_link = pairing_link
        self._spawn = spawn or self._spawn_part
        self._ready = ready
        self._seconds = seconds
        self._stopping = threading.Event()
        self._announced = False

    @property
    def address(self) -> str:
        """The pages' address, as printed."""
        return self._settings.config.web.address

    def stop(self) -> None:
        """Ask everything to end; may be called from any other thread."""
        self._stopping.set()

    def run(self) -> int:
        """Run until stopped. A part that ends before all were ready ends everything,
        with its status: it refused to start and said why.
        """
        parts = [_Part(name, self._spawn(name), Start(self._seconds())) for name in PROCESS_NAMES]
        status = 0
        while not self._stopping.is_set():
            ended = self._look_after(parts)
            if ended is not None:
                status = 0 if ended == SHUTDOWN_STATUS else ended
                break
            self._announce()
            self._stopping.wait(_POLL_SECONDS)
        self._end(parts)
        return status

    def _look_after(self, parts: list[_Part]) -> int | None:
        """Restart what died; the status to end with, or None to go on."""
        now = self._seconds()
        for part in parts:
            status = part.process.poll()
            if status is None:
                continue
            if status == SHUTDOWN_STATUS or not self._announced:
                return status if status > 0 else 1
            self._revive(part, status, now)
        return None

    def _revive(self, part: _Part, status: int, now: float) -> None:
        if part.next_start is None:
            part.next_start = part.start.after_death(now)
            click.echo(f"kiosk: {part.name} ended with status {status} and is started again", err=True)
        elif now >= part.next_start.at:
            part.process = self._spawn(part.name)
            part.start, part.next_start = replace(part.next_start, at=now), None

    def _announce(self) -> None:
        if self._announced or not self._ready(self.address):
            return
        self._announced = True
        click.echo(f"ready {self.address}")
        sys.stdout.flush()
        if self._pairing_link:
            web = self._settings.config.web
            link = f"{reachable_address(web.host, web.port)}/pair/{self._pairing_link}"
            click.echo(f"Simulated hardware. Pair a first phone (once): {link}", err=True)

    def _end(self, parts: list[_Part]) -> None:
        alive = [part.process for part in parts if part.process.poll() is None]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        until = self._seconds() + _STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(0.0, until - self._seconds()))
            except subprocess.TimeoutExpired:
                process.kill()

    def _spawn_part(self, name: str) -> "subprocess.Popen[bytes]":
        places, options = self._settings.place_options(), self._settings.run_options()
        command = [sys.executable, "-m", "device.cli", *places, "run", name, *options]
        return subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            command,
            stdout=sys.stderr.fileno(),
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
