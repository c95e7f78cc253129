"""Photo bytes to pixels, at no more size than the model's crop needs."""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import NotAPhoto
from models.photo_file import inspect

Image = NDArray[np.uint8]
"""Pixels in memory: shape ``(height, width, 3)``, dtype uint8, RGB, upright."""

_REDUCED_READS = (
    (8, cv2.IMREAD_REDUCED_COLOR_8),
    (4, cv2.IMREAD_REDUCED_COLOR_4),
    (2, cv2.IMREAD_REDUCED_COLOR_2),
)


def decode(photo: bytes, wanted_side_pixels: int) -> Image:
    """Decode a JPEG or PNG to upright RGB.

    A JPEG comes at 1, 1/2, 1/4 or 1/8 of its size, the smallest whose short side
    still has ``wanted_side_pixels``: libjpeg scales within its inverse cosine
    transform, so a 12-megapixel photo never becomes 36 MB of pixels. CMYK,
    palette and 16-bit photos become 8-bit RGB; transparency is dropped.

    Raises PhotoError.
    """
    header = inspect(photo)
    short_side = min(header.width_pixels, header.height_pixels)
    flag = _reduced_read(short_side, wanted_side_pixels) if header.kind == "jpeg" else cv2.IMREAD_COLOR
    try:
        pixels = cv2.imdecode(np.frombuffer(photo, dtype=np.uint8), flag)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise NotAPhoto("the photo is damaged and does not decode: send another one")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def encode_jpeg(image: Image, quality: int = 80) -> bytes:
    """An RGB image as JPEG bytes; ``quality`` is libjpeg's, 1 to 100."""
    _, jpeg = cv2.imencode(
        ".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, quality)
    )
    return jpeg.tobytes()


def _reduced_read(short_side_pixels: int, wanted_side_pixels: int) -> int:
    for divisor, flag in _REDUCED_READS:
        if short_side_pixels // divisor >= wanted_side_pixels:
            return int(flag)
    return int(cv2.IMREAD_COLOR)
