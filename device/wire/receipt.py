"""The receipt: the server's signed word on what it has and what it keeps until when.

Only a receipt whose signature holds clears what a kiosk owes; only one that says that the photo is kept
allows the kiosk to drop its own.
"""

import base64
import binascii
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import Field

from device.wire.canonical import canonical_bytes
from device.wire.fields import Body, Id, Sha256, Utc

RECEIPT_SCHEMA = 1


class About(StrEnum):
    """What a receipt is for."""

    RECORD = "record"
    CHANGE = "change"
    ERASURE = "erasure"


class PhotoState(StrEnum):
    """How the server stands to a photo of a record."""

    WANTED = "wanted"
    """Its bytes have not come."""
    KEPT = "kept"
    """It is stored, until the receipt's date."""
    HELD = "held"
    """It is stored, and somebody at the server must look at it first."""
    DROPPED = "dropped"
    """It was here, its hash was right, and the server keeps it no longer."""
    UNWANTED = "unwanted"
    """No consent covers it: it is not to be sent."""


class PhotoReceipt(Body):
    """One photo: ``until`` is when the server drops it, None where no date is set."""

    sha256: Sha256
    state: PhotoState
    until: Utc | None = None


class Receipt(Body):
    """What the server has of a case. ``id`` is that of the change, for a record or an erasure the case's.

    ``sha256`` is that of the very bytes that came; None for an erasure. ``signature`` is Ed25519
    (RFC 8032) in base64 over the canonical JSON of every other field.
    """

    schema_version: int = Field(default=RECEIPT_SCHEMA, alias="schema", ge=1)
    about: About
    kiosk: Id
    case: Id
    id: Id
    sha256: Sha256 | None = None
    photos: tuple[PhotoReceipt, ...] = ()
    issued_at: Utc
    signature: str = ""

    def as_json(self) -> dict[str, Any]:
        """The object that is sent."""
        return self.model_dump(mode="json", by_alias=True)

    def signed(self, key: Ed25519PrivateKey) -> "Receipt":
        """The same with its signature."""
        signature = base64.b64encode(key.sign(_signed_bytes(self.as_json()))).decode("ascii")
        return self.model_copy(update={"signature": signature})


def is_signed_by(receipt: dict[str, Any], key: Ed25519PublicKey) -> bool:
    """Whether a receipt as it came, unknown fields and all, bears the signature of ``key``."""
    try:
        signature = base64.b64decode(str(receipt.get("signature", "")), validate=True)
        key.verify(signature, _signed_bytes(receipt))
    except (binascii.Error, ValueError, InvalidSignature):
        return False
    return True


def _signed_bytes(receipt: dict[str, Any]) -> bytes:
    return canonical_bytes({name: value for name, value in receipt.items() if name != "signature"})
