"""The photo as a file: what kind it is, how large, and what it must not carry.

Pure Python over bytes, so that the dashboard can check an upload at the edge
without loading an image library.
"""

from dataclasses import dataclass, replace
from typing import Literal

from models.errors import NotAPhoto, PhotoTooLarge, PhotoUnsupported
from models.photo_file import jpeg, png

MAX_PHOTO_BYTES = 20 * 1024 * 1024
"""The largest photo taken, in bytes (20 MiB, see the API's contract)."""

MAX_PHOTO_PIXELS = 64_000_000
"""The largest photo decoded, width times height: a 64-megapixel phone photo.
A PNG of this size takes 192 MB while it is decoded, the most a Pi can spare."""

Kind = Literal["jpeg", "png"]

CONTENT_TYPES: dict[Kind, str] = {"jpeg": "image/jpeg", "png": "image/png"}

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"})


@dataclass(frozen=True)
class PhotoHeader:
    """What a photo says about itself before it is decoded.

    ``width_pixels`` and ``height_pixels`` are as stored, before ``orientation``
    (EXIF 2.32, tag 0x0112: 1 upright, 2 to 8 mirrored or rotated) is applied.
    """

    kind: Kind
    width_pixels: int
    height_pixels: int
    orientation: int


def inspect(photo: bytes) -> PhotoHeader:
    """Read the header of a whole JPEG or PNG and check that its end is there.

    Raises NotAPhoto, PhotoCutShort, PhotoTooLarge or PhotoUnsupported; each
    message says what to do.
    """
    if not photo:
        raise NotAPhoto("the photo is empty (0 bytes): choose it again and send it once more")
    if len(photo) > MAX_PHOTO_BYTES:
        raise PhotoTooLarge("the photo is larger than 20 MiB: send a smaller one")
    header = _header(photo)
    if header.width_pixels < 1 or header.height_pixels < 1:
        raise NotAPhoto("the photo declares no pixels: send another one")
    if header.width_pixels * header.height_pixels > MAX_PHOTO_PIXELS:
        size = f"{header.width_pixels} x {header.height_pixels}"
        raise PhotoTooLarge(f"the photo has {size} pixels, more than 64 megapixels: send a smaller one")
    if header.kind == "png":
        png.check_whole(photo)
        return replace(header, orientation=png.read_orientation(photo))
    return header


def strip_metadata(photo: bytes) -> bytes:
    """Return the photo without EXIF, comments, thumbnails or trailing bytes.

    The compressed pixels are copied, not encoded again. A photo that lies on its
    side keeps one thing: a fresh EXIF segment that holds its orientation and
    nothing else, without which every viewer would show it rotated.

    Raises PhotoError as ``inspect`` does.
    """
    kind = inspect(photo).kind
    return jpeg.strip(photo) if kind == "jpeg" else png.strip(photo)


def _header(photo: bytes) -> PhotoHeader:
    if jpeg.is_jpeg(photo):
        return PhotoHeader("jpeg", *jpeg.read_header(photo))
    if png.is_png(photo):
        return PhotoHeader("png", *png.read_size(photo), orientation=1)
    if photo[4:8] == b"ftyp" and photo[8:12] in _HEIF_BRANDS:
        raise PhotoUnsupported(
            "this is a HEIC photo and the kiosk has no reader for it: send a JPEG "
            "(on an iPhone: Settings, Camera, Formats, Most Compatible)"
        )
    raise NotAPhoto("this is not a photo that the kiosk can read: send a JPEG or a PNG")
