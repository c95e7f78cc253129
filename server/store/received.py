"""What kiosks send, each body read once: a refusal names the field that does not hold, never its value."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from device.wire.canonical import sha256_of
from device.wire.change import LARGEST_CHANGE_BYTES, Change, ChangeKind
from device.wire.record import LARGEST_RECORD_BYTES, Record, Scopes, record_digest
from server.errors import BodyInvalid


@dataclass(frozen=True)
class ReceivedRecord:
    """A record as it is understood, as it came (``content``, unknown fields and all), and its digest."""

    record: Record
    content: dict[str, Any]
    sha256: str

    def without_thumbnail(self) -> bytes:
        """The record as it is kept: what shows skin lies with the photo, and goes with it."""
        return json.dumps(self.content | {"thumbnail": None}).encode()


@dataclass(frozen=True)
class ReceivedChange:
    """A change as it is understood, and the SHA-256 of its very bytes."""

    change: Change
    body: bytes
    sha256: str


def parse_record(body: bytes, case_id: str) -> ReceivedRecord:
    """Read a record. Raises BodyInvalid."""
    content = _read(body, LARGEST_RECORD_BYTES)
    try:
        received = ReceivedRecord(Record.model_validate(content), content, record_digest(content))
    except ValidationError as error:
        raise BodyInvalid(_first_fault(error)) from error
    except ValueError as error:
        raise BodyInvalid("body: this is not JSON that both ends would write alike") from error
    if received.record.id != case_id:
        raise BodyInvalid("id: the record is of another case than the address")
    if not received.record.consent.any:
        raise BodyInvalid("consent: no scope is given, so nothing may be sent")
    return received


def parse_change(body: bytes) -> ReceivedChange:
    """Read a change. Raises BodyInvalid."""
    content = _read(body, LARGEST_CHANGE_BYTES)
    try:
        change = Change.model_validate(content)
        if change.kind is ChangeKind.CONSENT:
            Scopes.model_validate(change.content)
    except ValidationError as error:
        raise BodyInvalid(_first_fault(error)) from error
    return ReceivedChange(change, body, sha256_of(body))


def _read(body: bytes, largest_bytes: int) -> dict[str, Any]:
    if len(body) > largest_bytes:
        raise BodyInvalid(f"what was sent has {len(body)} bytes, {largest_bytes} are allowed")
    try:
        # Not json.loads, which takes what other parsers refuse: UTF-16, half surrogates, any depth.
        content = from_json(body)
    except ValueError as error:
        raise BodyInvalid(f"body: this is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise BodyInvalid("body: this is no JSON object")
    return content


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}"
