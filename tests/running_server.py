"""A server as its admin has it: real processes, real sockets; and one kiosk that talks to it."""

import base64
import hashlib
import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running_kiosk import wait_until

READY_SECONDS = 120.0


class RunningServer:
    """One ``kiosk-server run`` on a free port of loopback."""

    def __init__(self, home: Path, *options: str) -> None:
        self.home = home
        self.port = free_port()
        self.errors = home / "stderr.log"
        home.mkdir(parents=True, exist_ok=True)
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [*kiosk_server(home), "run", "--port", str(self.port), *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def wait_until_ready(self) -> str:
        """The first line that it prints."""
        assert self.process.stdout
        watchdog = threading.Timer(READY_SECONDS, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        return line

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a verb of the command line on this server's home."""
        return subprocess.run(
            [*kiosk_server(self.home), *arguments], capture_output=True, text=True, timeout=60, check=False
        )

    def children(self, word: str = "") -> list[int]:
        """The processes that it started itself, with ``word`` among their arguments."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(n): Path(f"/proc/{n}/cmdline").read_bytes().decode().split("\0") for n in listed}
        return [number for number, line in lines.items() if not word or word in line]

    def health(self) -> Any:
        """What anybody may know."""
        return json.loads(self.ask("GET", "/health")[1])

    def ask(
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


class ForeignClient:
    """A kiosk made of a token and HTTP."""

    def __init__(self, server: RunningServer, name: str) -> None:
        self.server = server
        added = server.command("kiosks", "add", name, "--token", "--json")
        self.headers = {"Authorization": f"Bearer {json.loads(added.stdout)['token']}"}

    def put(self, record: dict[str, Any]) -> int:
        """Send a record; the status."""
        kind = {"Content-Type": "application/json"}
        path = f"/v1/cases/{record['id']}"
        return self.server.ask("PUT", path, json.dumps(record).encode(), self.headers | kind)[0]

    def upload(self, case_id: str, photo: bytes) -> int:
        """Send the case's first photo in one request; the status."""
        told = {"case": case_id, "photo": "0", "sha256": hashlib.sha256(photo).hexdigest()}
        pairs = (f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(photo)),
            "Upload-Metadata": ",".join(pairs),
            "Content-Type": "application/offset+octet-stream",
        }
        return self.server.ask("POST", "/v1/uploads", photo, self.headers | headers)[0]

    def update_about(self, case_id: str, seconds: float = 30.0) -> dict[str, Any]:
        """The first update about a case, once it comes."""
        return wait_until(lambda: self._told(case_id), seconds, f"nothing was told about {case_id}")

    def _told(self, case_id: str) -> dict[str, Any] | None:
        answer = json.loads(self.server.ask("GET", "/v1/updates?wait=2", headers=self.headers)[1])
        return next((update for update in answer["updates"] if update["case"] == case_id), None)


@contextmanager
def running_server(home: Path, *options: str) -> Iterator[RunningServer]:
    """A server that is ready, and stopped at the end."""
    server = RunningServer(home, *options)
    try:
        line = server.wait_until_ready()
        assert line == f"ready http://127.0.0.1:{server.port}\n", server.errors.read_text()[-500:]
        yield server
    finally:
        server.stop()


def kiosk_server(home: Path) -> list[str]:
    """The command on a server's home, before its verb."""
    return [sys.executable, "-m", "server.cli", "--home", str(home)]


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
