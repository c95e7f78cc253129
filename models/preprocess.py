"""An image to what the network wants; the same for kiosk, server and training."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from models.decode import Image
from models.manifest import ModelInput

PREPROCESSING = "centre-square-1"
"""The version of this module's arithmetic; a manifest names the one it was trained with."""


def centre_square(image: Image, crop: float) -> Image:
    """The centred square whose side is ``crop`` (0 to 1) of the short side; a view."""
    height, width = image.shape[:2]
    side = max(1, round(min(height, width) * crop))
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def preprocess(image: Image, wanted: ModelInput) -> NDArray[np.uint8]:
    """Centre square, scaled by area averaging: uint8 RGB of shape ``[1, side, side, 3]``.

    Raises nothing for any image of shape ``(height, width, 3)``.
    """
    square = centre_square(image, wanted.crop)
    shrinks = square.shape[0] >= wanted.side_pixels
    size = (wanted.side_pixels, wanted.side_pixels)
    scaled = cv2.resize(square, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(scaled, dtype=np.uint8)[np.newaxis]


def wanted_side(wanted: ModelInput) -> int:
    """How many pixels the decoded short side needs so that the crop is not enlarged."""
    return math.ceil(wanted.side_pixels / wanted.crop)
