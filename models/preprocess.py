"""An image to what the network wants; the same for kiosk, server and training."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from models.decode import Image
from models.manifest import ModelInput

PREPROCESSING = "centre-squares-2"
"""The version of this module's arithmetic; a manifest names the one it was trained with."""


def centre_square(image: Image, crop: float) -> Image:
    """The centred square whose side is ``crop`` (0 to 1) of the short side; a view."""
    height, width = image.shape[:2]
    side = max(1, round(min(height, width) * crop))
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def preprocess(image: Image, wanted: ModelInput) -> NDArray[np.uint8]:
    """The views of a photo, scaled by area averaging: uint8 RGB ``[views, side, side, 3]``.

    A view a crop, in their order, then their mirror images where ``wanted`` asks for them.
    Raises nothing for any image of shape ``(height, width, 3)``.
    """
    views = np.stack([_scaled(centre_square(image, crop), wanted.side_pixels) for crop in wanted.crops])
    return np.concatenate([views, views[:, :, ::-1]]) if wanted.mirrored else views


def wanted_side(wanted: ModelInput) -> int:
    """How many pixels the decoded short side needs so that the widest crop is not enlarged.

    Nearer crops are enlarged from the same pixels, as they were when the network learned.
    """
    return math.ceil(wanted.side_pixels / max(wanted.crops))


def _scaled(square: Image, side_pixels: int) -> NDArray[np.uint8]:
    shrinks = square.shape[0] >= side_pixels
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(square, (side_pixels, side_pixels), interpolation=interpolation), np.uint8)
