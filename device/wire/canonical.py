"""One way to write JSON as bytes, so that a digest or a signature means the same to both ends."""

import hashlib
import json
from typing import Any


def canonical_bytes(content: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: RFC 8785 for texts, whole numbers, booleans and null.

    Raises ValueError for numbers that are not finite.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8")


def sha256_of(content: bytes) -> str:
    """The SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
