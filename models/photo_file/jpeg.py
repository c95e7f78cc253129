"""The structure of a JPEG file (ITU-T T.81, annex B), without decoding a pixel."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import NotAPhoto, PhotoCutShort
from models.photo_file import exif

_SOI = b"\xff\xd8"
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_COM, _SOS, _EOI = 0xFE, 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]", re.DOTALL)
_MOST_SEGMENTS = 10_000
_EXIF = b"Exif\0\0"
_JFIF_WITHOUT_THUMBNAIL_BYTES = 14


@dataclass(frozen=True)
class Segment:
    """One marker segment; ``photo[start:end]`` is all of it, scan bytes included.

    Its two bytes of length stand at ``length_at``: fill bytes may stand before the marker.
    """

    marker: int
    start: int
    length_at: int
    end: int

    def payload(self, photo: bytes) -> bytes:
        """The bytes after the length."""
        return photo[self.length_at + 2 : self.end]


def is_jpeg(photo: bytes) -> bool:
    """Whether the bytes begin as a JPEG does."""
    return photo.startswith(_SOI)


def segments(photo: bytes) -> Iterator[Segment]:
    """Walk from SOI to EOI; bytes after EOI belong to no segment.

    Raises PhotoCutShort where the file ends before EOI does, NotAPhoto where
    something stands that is no marker, or where there are absurdly many.
    """
    at = len(_SOI)
    for _ in range(_MOST_SEGMENTS):
        segment = _segment_at(photo, at)
        yield segment
        if segment.marker == _EOI:
            return
        at = segment.end
    raise _damaged()


def read_header(photo: bytes) -> tuple[int, int, int]:
    """Width and height in pixels as stored, and the EXIF orientation (1 to 8).

    As in the decoder, the first orientation counts, and none after the pixels.
    """
    size: tuple[int, int] | None = None
    orientation: int | None = None
    pixels_begun = False
    for segment in segments(photo):
        if segment.marker in _FRAMES and size is None:
            size = _frame_size(segment.payload(photo))
        elif segment.marker == _SOS:
            pixels_begun = True
        elif segment.marker == _APP1 and orientation is None and not pixels_begun:
            orientation = _orientation(segment.payload(photo))
    if size is None:
        raise NotAPhoto("the JPEG declares no picture: send another photo")
    return (*size, orientation or 1)


def strip(photo: bytes) -> bytes:
    """Drop APP1 to APP15 (but APP14, which holds the colour transform) and COM."""
    orientation = read_header(photo)[2]
    kept = [_SOI]
    for segment in segments(photo):
        if segment.marker == _APP0:
            kept.append(_without_thumbnail(segment.payload(photo)))
        elif not _is_metadata(segment.marker):
            kept.append(photo[segment.start : segment.end])
    if orientation != 1:
        kept.insert(1, _orientation_segment(orientation))
    return b"".join(kept)


def _segment_at(photo: bytes, start: int) -> Segment:
    if photo[start : start + 1] not in (b"\xff", b""):
        raise _damaged()
    found = _MARKER.match(photo, start)
    if found is None:
        raise _cut_short()
    marker = found[1][0]
    if marker == _EOI or marker in _STANDALONE:
        return Segment(marker, start, found.end(), found.end())
    end = _end_of_parameters(photo, found.end())
    if marker == _SOS:
        end = _end_of_scan(photo, end)
    return Segment(marker, start, found.end(), end)


def _end_of_parameters(photo: bytes, at: int) -> int:
    """Where a segment ends whose two bytes of length stand at ``at``."""
    if at + 2 > len(photo):
        raise _cut_short()
    end = at + int(struct.unpack_from(">H", photo, at)[0])
    if end > len(photo):
        raise _cut_short()
    return end


def _end_of_scan(photo: bytes, at: int) -> int:
    """Where the entropy-coded bytes end that begin at ``at``: at the next marker."""
    found = _AFTER_SCAN.search(photo, at)
    if found is None:
        raise _cut_short()
    return found.start()


def _cut_short() -> PhotoCutShort:
    return PhotoCutShort("the photo is cut short, its end is missing: send it once more")


def _damaged() -> NotAPhoto:
    return NotAPhoto("the JPEG is damaged: send another photo")


def _is_metadata(marker: int) -> bool:
    return marker == _COM or (_APP1 <= marker <= _APP15 and marker != _APP14)


def _frame_size(payload: bytes) -> tuple[int, int]:
    """Width and height in a frame header (T.81, B.2.2)."""
    if len(payload) < 6:
        raise _damaged()
    height, width = struct.unpack_from(">HH", payload, 1)
    return width, height


def _without_thumbnail(payload: bytes) -> bytes:
    """A JFIF header cut to its 14 fixed bytes; a JFXX thumbnail becomes nothing."""
    if not payload.startswith(b"JFIF\0") or len(payload) < _JFIF_WITHOUT_THUMBNAIL_BYTES:
        return b""
    fixed = payload[: _JFIF_WITHOUT_THUMBNAIL_BYTES - 2] + b"\0\0"
    return b"\xff\xe0" + struct.pack(">H", len(fixed) + 2) + fixed


def _orientation(payload: bytes) -> int | None:
    """The orientation in an APP1; None where it is no EXIF or says nothing valid."""
    return exif.orientation_in(payload[6:]) if payload.startswith(_EXIF) else None


def _orientation_segment(orientation: int) -> bytes:
    payload = _EXIF + exif.tiff_of(orientation)
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
