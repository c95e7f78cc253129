"""One way to write JSON as bytes, so that a digest or a signature means the same to both ends."""

import hashlib
from typing import Any

import rfc8785


def canonical_bytes(content: Any) -> bytes:
    """The JSON Canonicalization Scheme (RFC 8785). Raises ValueError for what has no canonical form."""
    try:
        return rfc8785.dumps(content)
    except rfc8785.CanonicalizationError as error:
        raise ValueError(f"this cannot be written as canonical JSON: {error}") from error


def sha256_of(content: bytes) -> str:
    """The SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
