"""What can be done to a picture before training: each is measured on and off, none is assumed to help.

All take and give one cached square, uint8 RGB ``[side, side, 3]``, and leave the one given as it was.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.hair import HairLooks, find_hair
from models.lesion_mask import find_lesion

Square = NDArray[np.uint8]
Treatment = Callable[[Square], Square]

_BILATERAL_PIXELS, _BILATERAL_LEVELS, _BILATERAL_SIGMA_PIXELS = 5, 25.0, 2.0

# Stricter than the lesion mask's, which on photos without hair would paint over a mole's own pattern; with
# this one in turn, 19 of 50 masks would lie elsewhere.
_HAIR = HairLooks(depth_levels=18, length_pixels=25, width_pixels=4, fullest_net=0.2)
_INPAINT_PIXELS = 3

_MINKOWSKI = 6
_MARGIN = 0.3
_SMALLEST_CROP = 1 / 3


def remove_noise(square: Square) -> Square:
    """Bilateral filter (Tomasi & Manduchi 1998, ICCV): smooths within 25 levels, so edges stay.

    Non-local means (Buades et al. 2005) would take a hundred times as long.
    """
    smoothed = cv2.bilateralFilter(square, _BILATERAL_PIXELS, _BILATERAL_LEVELS, _BILATERAL_SIGMA_PIXELS)
    return np.asarray(smoothed, np.uint8)


def remove_hair(square: Square) -> Square:
    """Dark hair (``models.hair``) painted over from around it (inpainting, Telea 2004); light hair stays."""
    hair = cv2.dilate(find_hair(square, _HAIR).astype(np.uint8), np.ones((3, 3), np.uint8))
    if not hair.any():
        return square.copy()
    return np.asarray(cv2.inpaint(square, hair, _INPAINT_PIXELS, cv2.INPAINT_TELEA), np.uint8)


def even_colour(square: Square) -> Square:
    """Shades of grey (Finlayson & Trezzi 2004, Color Imaging Conf. 12:37), Minkowski norm of p = 6.

    The light's colour is each channel's p-norm; dividing by it makes the light grey, of the same
    mean. A channel that is wholly black stays so.
    """
    levels = (np.arange(256) / 255) ** _MINKOWSKI
    counts = np.stack([np.bincount(square[..., channel].ravel(), minlength=256) for channel in range(3)])
    light = (counts @ levels / counts.sum(axis=1)) ** (1 / _MINKOWSKI)
    gains = light.mean() / np.where(light > 0, light, 1)
    table = np.outer(np.arange(256), gains).round().clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(square, table[np.newaxis]), np.uint8)


def crop_to_lesion(square: Square) -> Square:
    """The square around the lesion, enlarged to the same side; 30 % of its longer side is margin all round.

    Never less than a third of the side; shifted to stay within the picture. Where no lesion is
    found (``find_lesion``) the whole square is kept.
    """
    lesion = find_lesion(square)
    if lesion is None:
        return square.copy()
    top, left, height, width = lesion.box
    whole = square.shape[0]
    side = round(np.clip(max(height, width) * (1 + 2 * _MARGIN), whole * _SMALLEST_CROP, whole))
    top, left = (
        int(np.clip(round(start + (length - side) / 2), 0, whole - side))
        for start, length in ((top, height), (left, width))
    )
    cut = square[top : top + side, left : left + side]
    return np.asarray(cv2.resize(cut, (whole, whole), interpolation=cv2.INTER_CUBIC), np.uint8)


TREATMENTS: dict[str, Treatment] = {
    "noise": remove_noise,
    "hair": remove_hair,
    "colour": even_colour,
    "crop": crop_to_lesion,
}
"""Every treatment by the name it is asked for."""
