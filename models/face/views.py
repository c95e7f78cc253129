"""Looks at a picture: as a whole, from further away, upside down and on its sides, and piece by piece.

The network knows upright faces that take a fifth to two thirds of its square. A kiosk's camera also sees
faces that fill the photo, and people who lean in from the side; phones see small ones in the background.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from models.decode import Image
from models.face.boxes import Face

_FURTHER_AWAY = 2.0
_PIECE = 0.6
_QUARTER_TURNS = (0, 1, 2, 3)


@dataclass(frozen=True)
class View:
    """A square window on a picture, in its pixels; what of it lies beside the picture is black.

    ``quarter_turns`` counterclockwise were made before anybody looks.
    """

    left: int
    top: int
    side: int
    quarter_turns: int = 0

    def of(self, image: Image, side_pixels: int) -> Image:
        """What is seen of an RGB image: uint8 ``(side_pixels, side_pixels, 3)``."""
        height, width = image.shape[:2]
        left, top = max(self.left, 0), max(self.top, 0)
        right, bottom = min(self.left + self.side, width), min(self.top + self.side, height)
        square = np.zeros((side_pixels, side_pixels, 3), np.uint8)
        scale = side_pixels / self.side
        seen = _scaled(image[top:bottom, left:right], scale)
        x, y = (round((at - begin) * scale) for at, begin in ((left, self.left), (top, self.top)))
        square[y : y + seen.shape[0], x : x + seen.shape[1]] = seen[: side_pixels - y, : side_pixels - x]
        return np.asarray(np.rot90(square, self.quarter_turns), np.uint8)

    def on_picture(self, face: Face, width: int, height: int) -> Face:
        """A face within this view, as shares of the whole picture of ``width`` by ``height`` pixels."""
        left, top, wide, high = face.left, face.top, face.width, face.height
        for _ in range(self.quarter_turns):
            left, top, wide, high = 1 - top - high, left, high, wide
        return Face(
            (self.left + left * self.side) / width,
            (self.top + top * self.side) / height,
            wide * self.side / width,
            high * self.side / height,
            face.score,
        )


def shrunk(image: Image, side_pixels: int) -> Image:
    """An RGB image by a whole factor, the largest that leaves its short side ``side_pixels``."""
    height, width = image.shape[:2]
    factor = min(height, width) // side_pixels
    if factor < 2:
        return image
    return np.asarray(
        cv2.resize(image, (width // factor, height // factor), interpolation=cv2.INTER_AREA), np.uint8
    )


def views(width: int, height: int) -> Iterator[View]:
    """All views of a picture of ``width`` by ``height`` pixels: 13, the whole first."""
    whole = max(width, height)
    for side in (whole, round(_FURTHER_AWAY * whole)):
        for turns in _QUARTER_TURNS:
            yield View((width - side) // 2, (height - side) // 2, side, turns)
    piece = max(1, round(_PIECE * whole))
    edges = ((0, 0), (width - piece, 0), (0, height - piece), (width - piece, height - piece))
    for left, top in (*edges, ((width - piece) // 2, (height - piece) // 2)):
        yield View(left, top, piece)


def _scaled(part: Image, scale: float) -> Image:
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, size, interpolation=interpolation), np.uint8)
