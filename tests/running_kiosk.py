"""A kiosk with simulated hardware as its user has it: real processes, real sockets."""

import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from running_program import RunningProgram

T = TypeVar("T")

READY_SECONDS = 60.0
FINAL_STATES = ("classified", "retake", "failed")


class RunningKiosk(RunningProgram):
    """One ``kiosk run --simulate`` and a staff phone's token to talk to it."""

    def __init__(self, home: Path, *options: str) -> None:
        started = time.monotonic()
        super().__init__(home, "device.cli", ["run", "--simulate", *options])
        self.base = f"http://127.0.0.1:{self.port}"
        try:
            self._wait_until_ready()
            self.ready_seconds = time.monotonic() - started
            self.token: str = json.loads(self.command("phones", "add", "--json").stdout)["token"]
        except BaseException:
            self.stop()
            raise

    def ask(
        self, method: str, path: str, body: bytes = b"", content_type: str | None = None
    ) -> tuple[int, bytes]:
        """One request as the staff phone; status and body."""
        headers = {"Authorization": f"Bearer {self.token}"}
        if content_type:
            headers["Content-Type"] = content_type
        return self.request(method, path, body, headers)

    def json(self, path: str) -> Any:
        """The JSON that a GET answers with."""
        return json.loads(self.ask("GET", path)[1])

    def press(self) -> str:
        """Press as a phone does; the case's id."""
        status, body = self.ask("POST", "/api/v1/presses")
        if status != 202:
            raise AssertionError(f"the press was answered with {status}: {body[:200]!r}")
        return str(json.loads(body)["id"])

    def upload(self, photo: bytes, name: str = "photo.jpg") -> tuple[int, dict[str, Any]]:
        """Send a photo as a phone does; status and answer."""
        edge = "edge-of-parts"
        head = f'--{edge}\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n'
        body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + f"\r\n--{edge}--\r\n".encode()
        status, answer = self.ask("POST", "/api/v1/photos", body, f"multipart/form-data; boundary={edge}")
        return status, json.loads(answer)

    def wait_until_at_rest(self, case_id: str) -> Any:
        """The case once nothing changes it any more: it is finished, and looked at for faces."""
        self.wait_for(case_id)
        return wait_until(lambda: self._at_rest(case_id), 120, "nobody looked for faces")

    def _at_rest(self, case_id: str) -> Any:
        case = self.json(f"/api/v1/cases/{case_id}")
        return case if case["state"] != "classified" or case["face"]["found"] is not None else None

    def wait_for(self, case_id: str, seconds: float = 20.0) -> dict[str, Any]:
        """The case once it is final."""
        return wait_until(lambda: self._final(case_id), seconds, f"case {case_id} never ended")

    def _final(self, case_id: str) -> dict[str, Any] | None:
        case: dict[str, Any] = self.json(f"/api/v1/cases/{case_id}")
        return case if case.get("state") in FINAL_STATES else None

    def _wait_until_ready(self) -> None:
        line = self.first_line(READY_SECONDS)
        if not line.startswith("ready "):
            raise AssertionError(f"the kiosk did not get ready: {line!r} {self.errors.read_text()[-500:]}")


class EventStream:
    """An open page's event stream: what came, and when (monotonic seconds)."""

    def __init__(self, kiosk: RunningKiosk) -> None:
        self.finals: dict[str, tuple[float, dict[str, Any]]] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []
        self._connection = http.client.HTTPConnection("127.0.0.1", kiosk.port, timeout=60)
        self._connection.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {kiosk.token}"})
        self._answer = self._connection.getresponse()
        self._socket = self._connection.sock
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def wait_for(self, case_id: str, seconds: float = 20.0) -> tuple[float, dict[str, Any]]:
        """When the case's final event came, and the case."""
        return wait_until(lambda: self.finals.get(case_id), seconds, f"no final event of case {case_id}")

    def close(self) -> None:
        """Leave the page, once nobody reads it any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._listener.join(5)
        self._answer.close()
        self._connection.close()
        self._socket.close()

    def _listen(self) -> None:
        name = ""
        try:
            for raw in self._answer:
                line = raw.decode().rstrip("\n")
                if line.startswith("event:"):
                    name = line[6:].strip()
                elif line.startswith("data:"):
                    self._take(name, json.loads(line[5:]))
        except (OSError, ValueError, http.client.HTTPException):
            return

    def _take(self, name: str, content: dict[str, Any]) -> None:
        self.events.append((name, content))
        if name == "case" and content["state"] in FINAL_STATES:
            self.finals.setdefault(content["id"], (time.monotonic(), content))


@contextmanager
def running_kiosk(home: Path, *options: str) -> Iterator[RunningKiosk]:
    """A running kiosk that is stopped at the end."""
    kiosk = RunningKiosk(home, *options)
    try:
        yield kiosk
    finally:
        kiosk.stop()


def wait_until(look: Callable[[], T | None], seconds: float, otherwise: str) -> T:
    """What ``look`` gives once it gives something."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        seen = look()
        if seen:
            return seen
        time.sleep(0.002)
    raise AssertionError(otherwise)
