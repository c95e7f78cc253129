"""A child of ``kiosk-server run``: a verb of this program in a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from device.parent_death import end_with_parent

READY = "ready"
"""The first word of the line on stdout with which a child says that it can do its work."""

_READ_BYTES = 4096


class Child:
    """Its stdout is ours to read, its stderr the terminal's; it does not outlive us."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start ``kiosk-server ARGUMENTS`` with ``environment`` beside our own."""
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-m", "server.cli", *arguments],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - this process has one thread
        )
        self._said = b""
        if self._process.stdout is not None:
            os.set_blocking(self._process.stdout.fileno(), False)

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal's; None while it runs."""
        return self._process.poll()

    @property
    def ready(self) -> bool:
        """Whether it has said so."""
        stdout = self._process.stdout
        if stdout is not None and not self._has_said_ready():
            self._said += stdout.read(_READ_BYTES) or b""
        return self._has_said_ready()

    def ask_to_end(self) -> None:
        """SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def end_within(self, seconds: float) -> None:
        """Wait for its end and make it one."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _has_said_ready(self) -> bool:
        return self._said.startswith(READY.encode()) and b"\n" in self._said
