"""The structure of a PNG file (ISO/IEC 15948), without decoding a pixel."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from models.errors import NotAPhoto, PhotoCutShort
from models.photo_file import exif

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS = 100_000
_PIXELS_AND_COLOURS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD"}
)


@dataclass(frozen=True)
class Chunk:
    """One chunk; ``photo[start:end]`` is all of it, length and checksum included."""

    name: bytes
    start: int
    end: int


def is_png(photo: bytes) -> bool:
    """Whether the bytes begin as a PNG does."""
    return photo.startswith(_SIGNATURE)


def chunks(photo: bytes) -> Iterator[Chunk]:
    """Walk from IHDR to IEND; bytes after IEND belong to no chunk.

    Raises PhotoCutShort where the file ends before IEND does, NotAPhoto where
    there are absurdly many.
    """
    at = len(_SIGNATURE)
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(photo):
            raise PhotoCutShort("the photo is cut short, its end is missing: send it once more")
        (length,) = struct.unpack_from(">I", photo, at)
        chunk = Chunk(photo[at + 4 : at + 8], at, at + 12 + length)
        if chunk.end > len(photo):
            raise PhotoCutShort("the photo is cut short, its end is missing: send it once more")
        yield chunk
        if chunk.name == b"IEND":
            return
        at = chunk.end
    raise NotAPhoto("the PNG is damaged: send another photo")


def read_size(photo: bytes) -> tuple[int, int]:
    """Width and height in pixels as stored."""
    if len(photo) < 33 or photo[12:16] != b"IHDR":
        raise PhotoCutShort("the photo is cut short, its header is missing: send it once more")
    width, height = struct.unpack_from(">II", photo, 16)
    return width, height


def read_orientation(photo: bytes) -> int:
    """The EXIF orientation (1 to 8) of a whole PNG."""
    for chunk in chunks(photo):
        if chunk.name == b"eXIf":
            return exif.orientation_in(photo[chunk.start + 8 : chunk.end - 4]) or 1
    return 1


def check_whole(photo: bytes) -> None:
    """Raise PhotoCutShort or NotAPhoto unless every chunk to IEND is there."""
    if not any(name == b"IDAT" for name in [chunk.name for chunk in chunks(photo)]):
        raise NotAPhoto("the PNG holds no picture: send another photo")


def strip(photo: bytes) -> bytes:
    """Keep what pixels and their colours need; drop text, time, EXIF and the unknown."""
    orientation = read_orientation(photo)
    kept = [_SIGNATURE]
    for chunk in chunks(photo):
        if chunk.name in _PIXELS_AND_COLOURS:
            kept.append(photo[chunk.start : chunk.end])
    if orientation != 1:
        kept.insert(2, _chunk(b"eXIf", exif.tiff_of(orientation)))
    return b"".join(kept)


def _chunk(name: bytes, content: bytes) -> bytes:
    named = name + content
    return struct.pack(">I", len(content)) + named + struct.pack(">I", zlib.crc32(named))
