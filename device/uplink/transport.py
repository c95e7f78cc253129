"""How requests travel: over HTTP, or in a test straight into an app."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import urllib3

from device.errors import Unreachable

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
_LARGEST_ANSWER_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """``path`` is at the server, query included. ``wait_seconds`` is how long it may take on purpose."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_seconds: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises Unreachable where it is none: something else answered."""
        try:
            found = json.loads(self.body)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise Unreachable("something answered that is not the server: is a sign-in page in the way?")
        return found


class Transport(Protocol):
    """Sends a request and waits for its answer."""

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status. Raises Unreachable."""
        ...


class HttpTransport:
    """HTTP with every time bounded, no redirects and no retries: the sync story decides when to try again."""

    def __init__(self, base_url: str, certificate: Path | None = None) -> None:
        """``certificate`` is the PEM of the server's own or its CA's; None trusts the system's."""
        self._base_url = base_url
        self._pool = urllib3.PoolManager(
            cert_reqs="CERT_REQUIRED", ca_certs=str(certificate) if certificate else None, maxsize=4
        )

    def send(self, request: Request) -> Answer:
        """The answer, whatever its status. Raises Unreachable."""
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_ANSWER_SECONDS + request.wait_seconds)
        try:
            found = self._pool.request(
                request.method,
                self._base_url + request.path,
                body=request.body or None,
                headers=dict(request.headers),
                timeout=timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            body = found.read(_LARGEST_ANSWER_BYTES, decode_content=True)
            found.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise Unreachable(f"the server does not answer ({_said(error)})") from error
        headers = {name.lower(): value for name, value in found.headers.items()}
        return Answer(found.status, headers, body)


def _said(error: Exception) -> str:
    """The innermost reason, without addresses."""
    while error.__cause__ is not None and isinstance(error.__cause__, Exception):
        error = error.__cause__
    reason = getattr(error, "strerror", None) or getattr(error, "reason", None)
    return str(reason) if isinstance(reason, str) else type(error).__name__
