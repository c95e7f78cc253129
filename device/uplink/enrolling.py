"""Enrolling: a one-time code becomes a token, and the server's key is learned."""

import json
from pathlib import Path
from urllib.parse import urlsplit

from device.errors import NotEnrolled, ServerRefused, StoreError, Unreachable
from device.uplink.enrolment import Enrolment, save_enrolment
from device.uplink.transport import Request, Transport
from device.wire.keys import load_or_make_key, public_from_text, public_text

KEY_FILE = "kiosk.pem"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def server_address(url: str) -> str:
    """``url`` as it is used; plain http goes to loopback alone. Raises NotEnrolled."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotEnrolled("the server's address is like https://server.example: give it whole")
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
        raise NotEnrolled("photos do not go over plain http: give the server's https address")
    return url.rstrip("/")


def enrol(
    home: Path, url: str, code: str, transport: Transport, certificate: Path | None = None
) -> Enrolment:
    """Use ``code`` up at the server of ``url`` and keep what it answers.

    Raises ServerRefused, Unreachable or StoreError.
    """
    sent = json.dumps({"code": code, "public_key": _own_key(home)}).encode()
    request = Request("POST", "/v1/enrolments", {"Content-Type": "application/json"}, sent)
    answer = transport.send(request)
    if answer.status != 201:
        raise ServerRefused(str(answer.json().get("detail", "the server refused")), answer.status)
    enrolment = _from(answer.json(), url, certificate)
    save_enrolment(home, enrolment)
    return enrolment


def _own_key(home: Path) -> str:
    try:
        return public_text(load_or_make_key(home / KEY_FILE))
    except (OSError, ValueError) as error:
        raise StoreError(f"the kiosk's key cannot be used: {error}") from error


def _from(answer: dict[str, object], url: str, certificate: Path | None) -> Enrolment:
    try:
        names = ("server", "kiosk", "token", "receipt_key")
        server, kiosk, token, receipt_key = (str(answer[name]) for name in names)
        public_from_text(receipt_key)
    except (KeyError, ValueError) as error:
        raise Unreachable("something answered that is not the server: check its address") from error
    pinned = str(certificate.absolute()) if certificate else None
    return Enrolment(url, server, kiosk, token, receipt_key, pinned)
