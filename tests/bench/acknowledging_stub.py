"""A server that takes everything and keeps nothing: ``python acknowledging_stub.py KEY_FILE KIOSK_ID``.

It signs real receipts with the key in the file, asks for each photo once, and prints its port. It answers
nobody until it is told ``open`` on standard input, nor after ``shut``; it ends with its input.
"""

import json
import sys
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from device.wire.keys import load_or_make_key
from device.wire.receipt import About, PhotoReceipt, PhotoState, Receipt
from device.wire.record import record_digest


class Stub(ThreadingHTTPServer):
    """``seen`` are the cases whose record came; their photos are then taken as kept."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, key: Ed25519PrivateKey, kiosk_id: str) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.key, self.kiosk_id = key, kiosk_id
        self.seen: set[str] = set()
        self.is_open, self.never = threading.Event(), threading.Event()

    def handle_error(self, *_: object) -> None:
        """A kiosk that leaves breaks off what it waits for."""

    def receipt(self, record: dict[str, Any]) -> bytes:
        """The photo is wanted the first time, kept from then on."""
        state = PhotoState.KEPT if record["id"] in self.seen else PhotoState.WANTED
        self.seen.add(record["id"])
        bare = Receipt(
            about=About.RECORD,
            kiosk=self.kiosk_id,
            case=record["id"],
            id=record["id"],
            sha256=record_digest(record),
            photos=tuple(PhotoReceipt(sha256=photo["sha256"], state=state) for photo in record["photos"]),
            issued_at=datetime.now(UTC),
        )
        return json.dumps(bare.signed(self.key).as_json()).encode()


class Answer(BaseHTTPRequestHandler):
    """One connection of the kiosk."""

    server: Stub
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_PUT(self) -> None:
        self._say(200, self.server.receipt(json.loads(self._body())))

    def do_POST(self) -> None:
        self._body()
        self._say(201, headers={"Location": "/v1/uploads/00000000-0000-4000-8000-000000000000"})

    def do_PATCH(self) -> None:
        length = int(self.headers["Upload-Offset"]) + len(self._body())
        self._say(204, headers={"Upload-Offset": str(length)})

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        self.server.never.wait(float(asked["wait"][0]))
        told = {"updates": [], "next": int(asked["after"][0]), "pause_seconds": 0}
        self._say(200, json.dumps(told).encode())

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def _say(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.server.is_open.wait()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    stub = Stub(load_or_make_key(Path(sys.argv[1])), sys.argv[2])
    threading.Thread(target=stub.serve_forever, daemon=True).start()
    print(stub.server_address[1], flush=True)
    for line in sys.stdin:
        if line == "open\n":
            stub.is_open.set()
        else:
            stub.is_open.clear()


if __name__ == "__main__":
    main()
