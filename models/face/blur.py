"""A copy of a photo on which nobody knows the faces again."""

from collections.abc import Sequence

import cv2
import numpy as np

from models.decode import Image
from models.errors import NotAPhoto
from models.photo_file import inspect

Box = tuple[float, float, float, float]
"""Left, top, width and height, as shares of the upright photo's width and height."""

_WIDENED_BY = 0.25
"""Of a box's width or height, on each side: a detector's box leaves out hair, ears and chin."""

_CELLS = 6
"""A face becomes so many averages a side and no more is kept of it: a smaller blur can be undone in part."""

_QUALITY = 92


def blur_faces(photo: bytes, boxes: Sequence[Box]) -> bytes:
    """The JPEG or PNG as a JPEG of full size without metadata, upright, with every box, widened, blurred.

    Raises PhotoError.
    """
    inspect(photo)
    try:
        # BGR throughout, so that a photo of many megapixels is in memory once.
        pixels = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        pixels = None
    if pixels is None:
        raise NotAPhoto("the photo is damaged and does not decode: take another one")
    image = np.asarray(pixels, np.uint8)
    for box in boxes:
        _blur(image, box)
    _, jpeg = cv2.imencode(".jpg", image, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return jpeg.tobytes()


def _blur(image: Image, box: Box) -> None:
    """Blur one box of a BGR image where it stands."""
    left, right = _widened(box[0], box[2], image.shape[1])
    top, bottom = _widened(box[1], box[3], image.shape[0])
    if right > left and bottom > top:
        face = image[top:bottom, left:right]
        averages = cv2.resize(face, (_CELLS, _CELLS), interpolation=cv2.INTER_AREA)
        face[:] = cv2.resize(averages, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)


def _widened(begin: float, length: float, most_pixels: int) -> tuple[int, int]:
    """First and last pixel of a widened span, within the photo."""
    begin, end = begin - _WIDENED_BY * length, begin + (1 + _WIDENED_BY) * length
    return max(0, int(np.floor(begin * most_pixels))), min(most_pixels, int(np.ceil(end * most_pixels)))
