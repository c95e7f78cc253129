"""A small picture of a photo: what goes first where the line is bad."""

import cv2
import numpy as np

from models.decode import Image, encode_jpeg

LARGEST_BYTES = 8 * 1024

_LONG_SIDE_PIXELS = 320
_QUALITIES = (80, 60, 40, 25, 10)


def thumbnail(image: Image) -> bytes:
    """A JPEG of at most ``LARGEST_BYTES`` and 320 pixels a side, as good as fits."""
    height, width = image.shape[:2]
    share = min(1.0, _LONG_SIDE_PIXELS / max(height, width))
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    while True:
        for quality in _QUALITIES:
            jpeg = encode_jpeg(small, quality)
            if len(jpeg) <= LARGEST_BYTES:
                return jpeg
        # Noise hardly compresses: half the size is a quarter of it.
        small = np.asarray(cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
