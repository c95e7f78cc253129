"""A face drawn by arithmetic, of nobody: what a detector has to find before it is trusted."""

import numpy as np
from numpy.typing import NDArray

from models.decode import Image

Colour = tuple[int, int, int]

_GROUND: Colour = (120, 135, 150)
_SKIN: Colour = (225, 180, 155)
_EYES_APART = 0.09

# Painted in this order: colour, centre x and y, radius x and y, how soft the edge is; shares of the side.
_HAIR_AND_NECK = (
    ((60, 45, 40), 0.5, 0.43, 0.27, 0.33, 0.15),
    ((215, 170, 145), 0.5, 0.66, 0.10, 0.25, 0.15),
)
_EYE = (
    ((85, 60, 50), 0.0, 0.42, 0.055, 0.012, 0.4),
    ((170, 125, 105), 0.0, 0.465, 0.06, 0.035, 0.4),
    ((240, 235, 230), 0.0, 0.47, 0.042, 0.018, 0.3),
    ((50, 35, 30), 0.0, 0.47, 0.017, 0.018, 0.3),
)
_NOSE_AND_MOUTH = (
    ((195, 145, 125), 0.5, 0.55, 0.025, 0.07, 0.5),
    ((150, 100, 85), 0.48, 0.59, 0.012, 0.008, 0.4),
    ((150, 100, 85), 0.52, 0.59, 0.012, 0.008, 0.4),
    ((170, 80, 80), 0.5, 0.675, 0.075, 0.022, 0.3),
    ((110, 50, 50), 0.5, 0.675, 0.07, 0.004, 0.5),
)

Floats = NDArray[np.float64]
Spot = tuple[Colour, float, float, float, float, float]


def drawn_face(side_pixels: int = 256) -> Image:
    """Head and neck before a plain wall: RGB uint8 ``(side, side, 3)``; the face is in the middle and takes
    about half of the width.
    """
    steps = np.arange(side_pixels, dtype=np.float64) / side_pixels
    x, y = np.meshgrid(steps, steps)
    picture = np.broadcast_to(np.array(_GROUND, np.float64), (side_pixels, side_pixels, 3))
    for spot in _HAIR_AND_NECK:
        picture = _painted(picture, spot, x, y)
    picture = _with_head(picture, x, y)
    for eye in (0.5 - _EYES_APART, 0.5 + _EYES_APART):
        for spot in _EYE:
            picture = _painted(picture, spot, x - eye, y)
    for spot in _NOSE_AND_MOUTH:
        picture = _painted(picture, spot, x, y)
    return np.asarray(picture.clip(0, 255).round(), np.uint8)


def _with_head(picture: Floats, x: Floats, y: Floats) -> Floats:
    """The skin, whose light falls off towards both sides as on anything round."""
    light = 1.05 - 1.4 * np.abs(x - 0.5)
    where = _where(x, y, (_SKIN, 0.5, 0.5, 0.22, 0.30, 0.15))
    return np.asarray(picture * (1 - where) + np.array(_SKIN) * light[..., np.newaxis] * where)


def _painted(picture: Floats, spot: Spot, x: Floats, y: Floats) -> Floats:
    where = _where(x, y, spot)
    return np.asarray(picture * (1 - where) + np.array(spot[0], np.float64) * where)


def _where(x: Floats, y: Floats, spot: Spot) -> Floats:
    """How much of the colour each pixel takes, 0 to 1: ``[height, width, 1]``."""
    _, centre_x, centre_y, radius_x, radius_y, softness = spot
    distance = np.hypot((x - centre_x) / radius_x, (y - centre_y) / radius_y)
    return np.asarray(((1 + softness - distance) / (2 * softness)).clip(0, 1)[..., np.newaxis])
