"""What tus 1.0.0 says in headers, read strictly."""

import base64
import binascii
import re

from server.errors import HeaderInvalid
from server.uploads.body import Checksum
from server.uploads.rows import Announced, Upload, is_id

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,expiration,termination"
MEDIA_TYPE = "application/offset+octet-stream"

_DIGEST_BYTES = {"sha1": 20, "sha256": 32}
ALGORITHMS = ",".join(_DIGEST_BYTES)

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_PHOTO = re.compile(r"0|[1-9][0-9]?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEY = re.compile(r"[!-+\--~]+")


def parse_number(name: str, given: str | None) -> int:
    """A whole number from 0, as in Upload-Offset. Raises HeaderInvalid, also where there is none."""
    if given is None or not _NUMBER.fullmatch(given):
        raise HeaderInvalid(f"{name}: a whole number from 0 is needed")
    return int(given)


def parse_length(given: str | None, deferred: str | None) -> int:
    """The upload's length in bytes. Raises HeaderInvalid, also where it is to be told later."""
    if deferred is not None:
        raise HeaderInvalid("Upload-Defer-Length: the length must be known, send Upload-Length alone")
    return parse_number("Upload-Length", given)


def parse_metadata(given: str | None) -> Announced:
    """Upload-Metadata; keys that we do not know are let through and forgotten. Raises HeaderInvalid."""
    found: dict[str, str] = {}
    for pair in given.split(",") if given else ():
        key, _, value = pair.strip().partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise HeaderInvalid(
                "Upload-Metadata: each key comes once, with its value in base64 behind a space"
            )
        found[key] = _from_base64(value)
    return _announced(found)


def write_metadata(upload: Upload) -> str:
    """The same again, as far as it is kept."""
    said = {"case": upload.case_id, "photo": str(upload.photo_number), "sha256": upload.sha256}
    return ",".join(f"{key} {base64.b64encode(text.encode()).decode()}" for key, text in said.items())


def parse_checksum(given: str | None) -> Checksum | None:
    """Upload-Checksum; None where there is none. Raises HeaderInvalid, also for unknown algorithms."""
    if given is None:
        return None
    algorithm, _, text = given.partition(" ")
    if algorithm not in _DIGEST_BYTES:
        raise HeaderInvalid(f"Upload-Checksum: the algorithm is one of {ALGORITHMS}")
    try:
        digest = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != _DIGEST_BYTES[algorithm]:
        raise HeaderInvalid("Upload-Checksum: the digest stands behind a space, in base64")
    return Checksum(algorithm, digest)


def _from_base64(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise HeaderInvalid("Upload-Metadata: a value is not base64 of a text in UTF-8") from error


def _announced(found: dict[str, str]) -> Announced:
    case, photo, sha256 = (found.get(key, "") for key in ("case", "photo", "sha256"))
    for key, holds in (
        ("case", is_id(case)),
        ("photo", _PHOTO.fullmatch(photo)),
        ("sha256", _SHA256.fullmatch(sha256)),
    ):
        if not holds:
            raise HeaderInvalid(
                f"Upload-Metadata: {key} is missing or does not hold; case, photo, sha256 are needed"
            )
    return Announced(case, int(photo), sha256)
