"""An open page's event stream that comes back as a browser's EventSource does."""

import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from running_kiosk import FINAL_STATES, RunningKiosk

_SILENCE_SECONDS = 15.0


@dataclass
class _Unfinished:
    """The event that is being read: it counts once its blank line came."""

    name: str = "message"
    data: list[str] = field(default_factory=list)
    number: str | None = None


class LastingStream:
    """WHATWG HTML section 9.2: reconnects after ``retry`` with the last whole event's id."""

    def __init__(self, kiosk: RunningKiosk) -> None:
        self.numbers: list[int] = []
        self.finals: dict[str, list[str]] = {}
        """Case id to the final states that were told of it."""
        self.connections = 0
        self._kiosk = kiosk
        self._last_id = ""
        self._retry_seconds = 3.0
        self._over = threading.Event()
        self._connected = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._connected.wait(10)

    def close(self) -> None:
        """Leave the page, once the kiosk is gone or says something."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            with suppress(OSError, HTTPException):  # an event that was cut off is sent again
                self._follow()
            self._over.wait(self._retry_seconds)

    def _follow(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._kiosk.port, timeout=_SILENCE_SECONDS)
        headers = {"Authorization": f"Bearer {self._kiosk.token}", "Accept": "text/event-stream"}
        if self._last_id:
            headers["Last-Event-ID"] = self._last_id
        try:
            connection.request("GET", "/api/v1/events", headers=headers)
            answer = connection.getresponse()
            if answer.status == 200:
                self._read(answer)
        finally:
            connection.close()

    def _read(self, lines: Any) -> None:
        self.connections += 1
        event = _Unfinished(number=self._last_id)
        for raw in lines:
            if self._over.is_set():
                return
            line = raw.decode()
            if line == "\n":
                self._dispatch(event)
                event = _Unfinished(number=event.number)
            elif line.endswith("\n"):
                self._take(event, line[:-1])
            self._connected.set()

    def _take(self, event: _Unfinished, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            event.name = value
        elif name == "data":
            event.data.append(value)
        elif name == "id":
            event.number = value
        elif name == "retry":
            self._retry_seconds = int(value) / 1000

    def _dispatch(self, event: _Unfinished) -> None:
        self._last_id = event.number or ""
        if event.name != "case":
            return
        self.numbers.append(int(self._last_id))
        case = json.loads("\n".join(event.data))
        if case["state"] in FINAL_STATES:
            self.finals.setdefault(case["id"], []).append(case["state"])


def wait_for_finals(streams: list[LastingStream], ids: set[str], seconds: float) -> None:
    """Wait until every stream was told every end, or the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and not all(ids <= stream.finals.keys() for stream in streams):
        time.sleep(0.05)
