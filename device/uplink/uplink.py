"""What the kiosk says to its server, and which answers it believes."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from device.errors import ServerBusy, ServerRefused, Unreachable
from device.uplink.enrolment import Enrolment
from device.uplink.transport import Answer, HttpTransport, Request, Transport
from device.wire.canonical import sha256_of
from device.wire.keys import public_from_text
from device.wire.receipt import About, is_signed_by
from device.wire.update import Updates

_TUS = {"Tus-Resumable": "1.0.0"}
_JSON = {"Content-Type": "application/json"}
_LONGEST_PAUSE_SECONDS = 3600.0
_AGAIN_SECONDS = 30.0
_NO_ROOM = 507
NOT_ALLOWED = (401, 403)
"""What a kiosk is answered whose token holds no more."""

_BUSY = "the server cannot take it now: nothing is lost, the kiosk tries again by itself"
_FULL = "the server has no room: its admin has to make some; nothing is lost, the kiosk tries again by itself"
_NOT_LET_IN = (
    "the server does not let this kiosk in any more: ask its admin for a new code, then run "
    "kiosk enrol URL CODE; until then everything stays here"
)

Receipt = dict[str, Any]


def uplink_to(enrolment: Enrolment, transport: Transport | None = None) -> "Uplink":
    """The client of the server that the kiosk enrolled with; ``transport`` None is HTTP."""
    pinned = Path(enrolment.certificate) if enrolment.certificate else None
    return Uplink(enrolment, transport or HttpTransport(enrolment.url, pinned))


class Uplink:
    """One server, as one kiosk speaks with it. Every call raises Unreachable, ServerBusy or ServerRefused."""

    def __init__(self, enrolment: Enrolment, transport: Transport) -> None:
        self._enrolment = enrolment
        self._transport = transport
        self._receipt_key = public_from_text(enrolment.receipt_key)

    def put_record(self, case_id: str, record: dict[str, Any], sha256: str) -> Receipt:
        """Hand a record over, or ask for a newer receipt; ``sha256`` is the record's digest."""
        answer = self._ask("PUT", f"/v1/cases/{case_id}", _JSON, json.dumps(record).encode())
        return self._receipt(
            answer, {"about": About.RECORD, "case": case_id, "id": case_id, "sha256": sha256}
        )

    def send_change(self, case_id: str, change_id: str, body: bytes) -> Receipt:
        """Hand a change over."""
        answer = self._ask("POST", f"/v1/cases/{case_id}/changes", _JSON, body)
        wanted = {"about": About.CHANGE, "case": case_id, "id": change_id, "sha256": sha256_of(body)}
        return self._receipt(answer, wanted)

    def erase(self, case_id: str) -> Receipt:
        """Have the server erase a case."""
        answer = self._ask("DELETE", f"/v1/cases/{case_id}")
        return self._receipt(answer, {"about": About.ERASURE, "case": case_id, "id": case_id})

    def ask_again(self, case_id: str) -> None:
        """Have the server try for an opinion once more."""
        if self._ask("POST", f"/v1/cases/{case_id}/opinion").status != 202:
            raise Unreachable("something answered that is not the server: the question waits")

    def begin_upload(self, case_id: str, number: int, sha256: str, length_bytes: int) -> str:
        """Announce a photo; where its bytes go from then on."""
        named = {"case": case_id, "photo": str(number), "sha256": sha256}
        metadata = ",".join(
            f"{name} {base64.b64encode(word.encode()).decode()}" for name, word in named.items()
        )
        headers = {"Upload-Length": str(length_bytes), "Upload-Metadata": metadata}
        answer = self._ask("POST", "/v1/uploads", _TUS | headers)
        location = answer.headers.get("location", "")
        if answer.status != 201 or not location:
            raise Unreachable("something answered that is not the server: the photo waits")
        # A path alone: the token goes to no other host, whatever an answer says.
        return urlsplit(location).path

    def upload_offset(self, upload: str) -> int:
        """How many bytes of it are durable at the server."""
        offset = self._ask("HEAD", upload, _TUS).headers.get("upload-offset", "")
        if not offset.isdecimal():
            raise Unreachable("something answered that is not the server: the photo waits")
        return int(offset)

    def upload(self, upload: str, photo: bytes, offset: int) -> int:
        """Send a photo from ``offset`` on; the offset that is durable then."""
        headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        answer = self._ask("PATCH", upload, _TUS | headers, photo[offset:])
        reached = answer.headers.get("upload-offset", "")
        if answer.status != 204 or not reached.isdecimal():
            raise Unreachable("something answered that is not the server: the photo waits")
        return int(reached)

    def updates(self, after: int, wait_seconds: float) -> Updates:
        """What the server has for this kiosk after a cursor; it may take ``wait_seconds`` to have some."""
        path = f"/v1/updates?after={after}&wait={int(wait_seconds)}"
        answer = self._ask("GET", path, wait_seconds=wait_seconds)
        try:
            return Updates.model_validate(answer.json())
        except ValidationError as error:
            raise Unreachable("something answered that is not the server: updates wait") from error

    def _ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        wait_seconds: float = 0.0,
    ) -> Answer:
        given = {"Authorization": f"Bearer {self._enrolment.token}"} | dict(headers or {})
        answer = self._transport.send(Request(method, path, given, body, wait_seconds))
        if answer.status >= 500:
            words = _FULL if answer.status == _NO_ROOM else _BUSY
            raise ServerBusy(words, _pause_seconds(answer))
        if answer.status >= 400:
            said = _detail(answer)
            raise ServerRefused(_NOT_LET_IN if answer.status in NOT_ALLOWED else said, answer.status)
        if answer.status >= 300:
            raise Unreachable("something sends the kiosk elsewhere: is a sign-in page in the way?")
        return answer

    def _receipt(self, answer: Answer, wanted: dict[str, Any]) -> Receipt:
        """The receipt, where it is one for just this. Raises Unreachable for anything else."""
        receipt, wanted = answer.json(), wanted | {"kiosk": self._enrolment.kiosk}
        if not is_signed_by(receipt, self._receipt_key):
            raise Unreachable("the answer bears no signature of the server: nothing is cleared")
        if any(receipt.get(name) != word for name, word in wanted.items()):
            raise Unreachable("the server's receipt is for something else: nothing is cleared")
        return receipt


def _pause_seconds(answer: Answer) -> float:
    given = answer.headers.get("retry-after", "")
    return min(float(given), _LONGEST_PAUSE_SECONDS) if given.isdecimal() else _AGAIN_SECONDS


def _detail(answer: Answer) -> str:
    """The server's words. Raises Unreachable where these are not problem+json: a portal's own page."""
    if answer.body and "problem+json" not in answer.headers.get("content-type", ""):
        raise Unreachable("something answered that is not the server: is a sign-in page in the way?")
    try:
        return str(json.loads(answer.body)["detail"])
    except (ValueError, KeyError, TypeError):
        return f"the server refused ({answer.status})"
