"""A tus 1.0.0 client as tests want it, which can also do everything wrong."""

import base64
import hashlib
from dataclasses import dataclass, replace
from typing import Any

from server_doubles import FarKiosk
from werkzeug.test import TestResponse

UPLOADS = "/v1/uploads"
MEDIA_TYPE = "application/offset+octet-stream"


@dataclass
class TusKiosk:
    """Speaks tus for a kiosk; a header given as None is left out."""

    kiosk: FarKiosk

    def ask(self, method: str, path: str = UPLOADS, body: Any = b"", **headers: str | None) -> TestResponse:
        """Headers by their names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        wanted = {"Tus-Resumable": "1.0.0"} | named
        given = {name: value for name, value in wanted.items() if value is not None}
        return self.kiosk.call(method, path, headers=given, data=body)

    def begin(self, record: dict[str, Any], body: bytes = b"", **headers: str | None) -> TestResponse:
        """Begin the upload of a record's first photo."""
        facts = record["photos"][0]
        wanted: dict[str, str | None] = {
            "Upload_Length": str(facts["size_bytes"]),
            "Upload_Metadata": metadata(case=record["id"], photo="0", sha256=facts["sha256"]),
        }
        return self.ask("POST", UPLOADS, body, **wanted | headers)

    def begun(self, record: dict[str, Any]) -> str:
        """The path of a new upload."""
        answer = self.begin(record)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"]

    def write(self, path: str, offset: int, body: Any, **headers: str | None) -> TestResponse:
        """Write on."""
        wanted: dict[str, str | None] = {"Upload_Offset": str(offset), "Content_Type": MEDIA_TYPE}
        return self.ask("PATCH", path, body, **wanted | headers)

    def offset(self, path: str) -> int:
        """How far the upload is."""
        answer = self.ask("HEAD", path)
        assert answer.status_code == 200, answer.status
        return int(answer.headers["Upload-Offset"])

    def alone(self) -> "TusKiosk":
        """The same kiosk, for a thread of its own."""
        return TusKiosk(replace(self.kiosk, client=self.kiosk.client.application.test_client()))


class BrokenBody:
    """A stream that breaks, as a connection does, once ``content`` was read."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def read(self, size_bytes: int = -1) -> bytes:
        if not self._rest:
            raise ConnectionResetError("the connection broke")
        piece = self._rest[:size_bytes]
        self._rest = self._rest[size_bytes:]
        return piece


def metadata(**values: str) -> str:
    """As Upload-Metadata wants it."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def checksum(body: bytes, algorithm: str = "sha1") -> str:
    """As Upload-Checksum wants it."""
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, body).digest()).decode()}"
