"""A server as its admin has it: real processes, real sockets; and one kiosk that talks to it."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from running_kiosk import wait_until
from running_program import RunningProgram
from server_doubles import doubting_nothing

READY_SECONDS = 120.0


class RunningServer(RunningProgram):
    """One ``kiosk-server run`` on a free port of loopback; without a server.toml it doubts no photo."""

    def __init__(self, home: Path, *options: str) -> None:
        super().__init__(doubting_nothing(home), "server.cli", ["run", *options])

    def wait_until_ready(self) -> str:
        """The first line that it prints."""
        return self.first_line(READY_SECONDS)

    def children(self, word: str = "") -> list[int]:
        """The processes that it started itself, with ``word`` among their arguments."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        lines = {int(n): Path(f"/proc/{n}/cmdline").read_bytes().decode().split("\0") for n in listed}
        return [number for number, line in lines.items() if not word or word in line]

    def health(self) -> Any:
        """What anybody may know."""
        return json.loads(self.request("GET", "/health")[1])


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
        return self.server.request("PUT", path, json.dumps(record).encode(), self.headers | kind)[0]

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
        return self.server.request("POST", "/v1/uploads", photo, self.headers | headers)[0]

    def update_about(self, case_id: str, seconds: float = 30.0) -> dict[str, Any]:
        """The first update about a case, once it comes."""
        return wait_until(lambda: self._told(case_id), seconds, f"nothing was told about {case_id}")

    def _told(self, case_id: str) -> dict[str, Any] | None:
        answer = json.loads(self.server.request("GET", "/v1/updates?wait=2", headers=self.headers)[1])
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
