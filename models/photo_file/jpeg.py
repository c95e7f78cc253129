"""The structure of a JPEG file (ITU-T T.81, annex B), without decoding a pixel."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import NotAPhoto, PhotoCutShort

_SOI = b"\xff\xd8"
_APP0, _APP1, _APP14, _APP15 = 0xE0, 0xE1, 0xEE, 0xEF
_COM, _SOS, _EOI = 0xFE, 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER = re.compile(rb"\xff+([^\xff])", re.DOTALL)
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]", re.DOTALL)
_ORIENTATION_TAG = 0x0112
_JFIF_WITHOUT_THUMBNAIL_BYTES = 14


@dataclass(frozen=True)
class Segment:
    """One marker segment; ``photo[start:end]`` is all of it, scan bytes included."""

    marker: int
    start: int
    end: int


def is_jpeg(photo: bytes) -> bool:
    """Whether the bytes begin as a JPEG does."""
    return photo.startswith(_SOI)


def segments(photo: bytes) -> Iterator[Segment]:
    """Walk from SOI to EOI; bytes after EOI belong to no segment.

    Raises PhotoCutShort where the file ends before EOI does, NotAPhoto where
    something stands that is no marker.
    """
    at = len(_SOI)
    while True:
        segment = _segment_at(photo, at)
        yield segment
        if segment.marker == _EOI:
            return
        at = segment.end


def read_header(photo: bytes) -> tuple[int, int, int]:
    """Width and height in pixels as stored, and the EXIF orientation (1 to 8)."""
    size: tuple[int, int] | None = None
    orientation = 1
    for segment in segments(photo):
        if segment.marker in _FRAMES and size is None:
            height, width = struct.unpack_from(">HH", photo, segment.start + 5)
            size = (width, height)
        elif segment.marker == _APP1:
            orientation = _orientation(photo[segment.start + 4 : segment.end]) or orientation
    if size is None:
        raise NotAPhoto("the JPEG declares no picture: send another photo")
    return (*size, orientation)


def strip(photo: bytes) -> bytes:
    """Drop APP1 to APP15 (but APP14, which holds the colour transform) and COM."""
    orientation = read_header(photo)[2]
    kept = [_SOI]
    for segment in segments(photo):
        if segment.marker == _APP0:
            kept.append(_without_thumbnail(photo[segment.start : segment.end]))
        elif not _is_metadata(segment.marker):
            kept.append(photo[segment.start : segment.end])
    if orientation != 1:
        kept.insert(1, _orientation_segment(orientation))
    return b"".join(kept)


def _segment_at(photo: bytes, start: int) -> Segment:
    if photo[start : start + 1] not in (b"\xff", b""):
        raise NotAPhoto("the JPEG is damaged: send another photo")
    found = _MARKER.match(photo, start)
    if found is None:
        raise _cut_short()
    marker = found[1][0]
    if marker == _EOI or marker in _STANDALONE:
        return Segment(marker, start, found.end())
    end = _end_of_parameters(photo, found.end())
    if marker == _SOS:
        end = _end_of_scan(photo, end)
    return Segment(marker, start, end)


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


def _is_metadata(marker: int) -> bool:
    return marker == _COM or (_APP1 <= marker <= _APP15 and marker != _APP14)


def _without_thumbnail(app0: bytes) -> bytes:
    """A JFIF header cut to its 14 fixed bytes; a JFXX thumbnail becomes nothing."""
    payload = app0[4:]
    if not payload.startswith(b"JFIF\0") or len(payload) < _JFIF_WITHOUT_THUMBNAIL_BYTES:
        return b""
    fixed = payload[: _JFIF_WITHOUT_THUMBNAIL_BYTES - 2] + b"\0\0"
    return b"\xff\xe0" + struct.pack(">H", len(fixed) + 2) + fixed


def _orientation(app1: bytes) -> int | None:
    """The orientation in an EXIF payload; None where there is none that is valid."""
    if not app1.startswith(b"Exif\0\0"):
        return None
    tiff = app1[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        return _orientation_in_directory(tiff, order)
    except struct.error:
        return None


def _orientation_in_directory(tiff: bytes, order: str) -> int | None:
    (directory,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, directory)
    for entry in range(entries):
        at = directory + 2 + 12 * entry
        tag, _, _, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == _ORIENTATION_TAG:
            return int(value) if 1 <= value <= 8 else None
    return None


def _orientation_segment(orientation: int) -> bytes:
    """An APP1 that says which way is up and nothing else (EXIF 2.32, IFD0 of one entry)."""
    entry = struct.pack(">HHIHH", _ORIENTATION_TAG, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    payload = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload
