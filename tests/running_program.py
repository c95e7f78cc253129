"""One of our programs as its admin has it: a process of its own, its first line, requests, its end."""

import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path


class RunningProgram:
    """A Python ``module`` on its home, and a verb of it that serves on a free port of loopback."""

    def __init__(self, home: Path, module: str, serve: Sequence[str]) -> None:
        self.home = home
        self.port = free_port()
        self.errors = home / "stderr.log"
        self._module = module
        home.mkdir(parents=True, exist_ok=True)
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [*on_home(module, home), *serve, "--port", str(self.port)],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def first_line(self, seconds: float) -> str:
        """What it prints first; what it printed until its end where it takes longer."""
        assert self.process.stdout
        watchdog = threading.Timer(seconds, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        return line

    def command(self, *arguments: str, home: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a verb of the command line on its home, or on another one."""
        whole = [*on_home(self._module, home or self.home), *arguments]
        return subprocess.run(whole, capture_output=True, text=True, timeout=60, check=False)

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """One request; status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def stop(self) -> float:
        """SIGTERM, and how long it took to end."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        finally:
            self.process.kill()
            self.process.wait()
            if self.process.stdout:
                self.process.stdout.close()
        return time.monotonic() - started


def on_home(module: str, home: Path) -> list[str]:
    """How a program is called on a home; a verb follows."""
    return [sys.executable, "-m", module, "--home", str(home)]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
