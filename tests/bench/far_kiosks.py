"""Kiosks as a server meets them: a token, an address of its own, a connection that is kept; their records."""

import base64
import http.client
from pathlib import Path
from typing import Any

from running_server import ForeignClient
from server_doubles import a_record

from models.context import NOTHING_TOLD
from models.decode import decode
from models.manifest import SHIPPED
from models.thumbnail import thumbnail
from server import build_parts
from server.config import load_settings
from server.opinions.engine import load_engine

_ANSWER_SECONDS = 120
_OF_AN_ADDRESS_GROUP = 200
_THUMBNAIL_SIDE_PIXELS = 640


class Connection:
    """Requests from one address of the loopback network, over a connection that is kept while all goes well.

    ``retry_after`` is that header of the last answer, None where it had none.
    """

    def __init__(self, port: int, number: int) -> None:
        group, place = divmod(number, _OF_AN_ADDRESS_GROUP)
        address = f"127.0.{1 + group}.{1 + place}"
        self._connection = http.client.HTTPConnection("127.0.0.1", port, _ANSWER_SECONDS, (address, 0))
        self.retry_after: str | None = None

    def request(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """One request; status and body. Raises OSError or HTTPException where the connection broke."""
        try:
            self._connection.request(method, path, body, headers or {})
            answer = self._connection.getresponse()
            found = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        self.retry_after = answer.headers["Retry-After"]
        if answer.status >= 400:
            self._connection.close()  # what comes next comes later, and no connection is kept so long
        return found

    def close(self) -> None:
        """The kiosk leaves."""
        self._connection.close()


class FarKiosk(ForeignClient):
    """One of many; the store gave it its token."""

    def __init__(self, port: int, number: int, token: str) -> None:
        self.server: Connection = Connection(port, number)
        self.headers = {"Authorization": f"Bearer {token}"}

    def deliver(self, record: dict[str, Any], photo: bytes) -> None:
        """A case with its photo, all of which has to be taken at once."""
        assert self.put(record) == 201
        assert self.upload(record["id"], photo) == 201


def enrol(home: Path, count: int, database_url: str | None = None) -> list[str]:
    """The tokens of so many new kiosks."""
    parts = build_parts(load_settings(home, database_url))
    try:
        codes = [parts.kiosks.add(f"kiosk {number}") for number in range(count)]
        return [parts.kiosks.enrol(code, None)[1] for code in codes]
    finally:
        parts.database.close()


class Casebook:
    """Records as kiosks send them, with a prediction and a thumbnail, each of a case of its own."""

    def __init__(self, photo: bytes) -> None:
        self.photo = photo
        self._prediction = load_engine(SHIPPED, threads=1).give(photo, NOTHING_TOLD)
        self._thumbnail = base64.b64encode(thumbnail(decode(photo, _THUMBNAIL_SIDE_PIXELS))).decode()

    def record(self, **consent: bool) -> dict[str, Any]:
        """With these scopes; the thumbnail only where the photo may be kept."""
        keeps = consent.get("review") or consent.get("train")
        small = self._thumbnail if keeps else None
        told = {"prediction": self._prediction, "thumbnail": small, "body_site": "back"}
        return a_record(self.photo, consent=consent, **told)
