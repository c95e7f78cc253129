"""The record: what a kiosk tells the server of a case, once; it never changes."""

from typing import Any, Literal

from pydantic import Base64Bytes, Field, field_validator

from device.wire.canonical import canonical_bytes, sha256_of
from device.wire.fields import Body, Id, Line, Sha256, Utc

RECORD_SCHEMA = 1
LARGEST_RECORD_BYTES = 256 * 1024
LARGEST_THUMBNAIL_BYTES = 24 * 1024
LARGEST_PHOTO_BYTES = 20 * 1024 * 1024
MOST_PHOTOS = 10

_PASSING = ("consent", "thumbnail")
"""Fields that are no part of what never changes."""


class Scopes(Body):
    """Consent: three scopes, each False unless given; ``guardian`` where one gave them for a minor."""

    analyse: bool = False
    review: bool = False
    train: bool = False
    guardian: bool = False

    @property
    def any(self) -> bool:
        """Whether anything at all may leave the kiosk."""
        return self.analyse or self.review or self.train


class PhotoFacts(Body):
    """A photo of the record, by its place in it; the bytes come by an upload."""

    sha256: Sha256
    size_bytes: int = Field(ge=1, le=LARGEST_PHOTO_BYTES)
    content_type: Literal["image/jpeg", "image/png"] = "image/jpeg"
    width_pixels: int = Field(ge=1, le=100_000)
    height_pixels: int = Field(ge=1, le=100_000)


class Record(Body):
    """A case as its kiosk knew it when it was first allowed to leave.

    ``consent`` is no part of it: the same record sent again with less consent narrows what holds, and
    nothing but a change widens it.
    ``captured_at`` is only as good as ``captured_at_trusted`` says. ``thumbnail`` is a small JPEG of the
    first photo, base64, None where there is none, or nobody may keep the photo. ``prediction`` is the
    object of ``kiosk classify``.
    """

    schema_version: int = Field(default=RECORD_SCHEMA, alias="schema", ge=1)
    id: Id
    subject: Line | None = None
    lesion: Line | None = None
    body_site: Line | None = None
    age_band: Line | None = None
    sex: Line | None = None
    retake_of: Id | None = None
    origin: Line | None = None
    captured_at: Utc | None = None
    captured_at_trusted: bool = False
    photos: tuple[PhotoFacts, ...] = Field(min_length=1, max_length=MOST_PHOTOS)
    prediction: dict[str, Any] | None = None
    consent: Scopes
    urgent: bool = False
    thumbnail: Base64Bytes | None = None

    @field_validator("thumbnail")
    @classmethod
    def _small(cls, thumbnail: bytes | None) -> bytes | None:
        if thumbnail is not None and len(thumbnail) > LARGEST_THUMBNAIL_BYTES:
            raise ValueError(f"a thumbnail has {LARGEST_THUMBNAIL_BYTES} bytes at most")
        if thumbnail is not None and not thumbnail.startswith(b"\xff\xd8\xff"):
            raise ValueError("a thumbnail is a JPEG")
        return thumbnail

    @field_validator("photos")
    @classmethod
    def _each_once(cls, photos: tuple[PhotoFacts, ...]) -> tuple[PhotoFacts, ...]:
        if len({photo.sha256 for photo in photos}) != len(photos):
            raise ValueError("photos names one photo twice")
        return photos


def record_digest(record: dict[str, Any]) -> str:
    """What a receipt says of a record: the SHA-256 of its canonical JSON without ``consent``, which may
    change while the record is on its way, and ``thumbnail``, which goes with the photo. Raises ValueError.
    """
    lasting = {name: value for name, value in record.items() if name not in _PASSING}
    return sha256_of(canonical_bytes(lasting))
