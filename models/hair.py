"""Hair across a picture: lines that are long, narrow, and darker than what is beside them.

After DullRazor (Lee et al. 1997, Comput. Biol. Med. 27:533): what closing by lines in several directions
brightens is a candidate. Otherwise than there, it must depend on the direction of the line, because a mole is
the same to all lines and small ones shall be spared.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_LINES = tuple(
    np.asarray(k, np.uint8) for k in (np.ones((1, 7)), np.ones((7, 1)), np.eye(5), np.eye(5)[::-1])
)


@dataclass(frozen=True)
class HairLooks:
    """What counts as hair, at the size of the picture that is searched.

    ``depth_levels`` (of 255) is how much darker it is than beside it; ``length_pixels`` the least diagonal
    of a piece's box. A piece covers at most ``width_pixels`` times that diagonal, and a share
    ``fullest_net`` (0 to 1) of its box more, for the nets that crossing hairs make.
    """

    depth_levels: int
    length_pixels: float
    width_pixels: float
    fullest_net: float


def find_hair(picture: NDArray[np.uint8], looks: HairLooks) -> NDArray[np.bool_]:
    """Where dark hair is, bool ``[height, width]``, in uint8 ``[height, width]`` or ``[height, width, 3]``.

    In colours the channel in which it is darkest counts. For light hair give the negative. Raises nothing.
    """
    closed = [cv2.morphologyEx(picture, cv2.MORPH_CLOSE, line) for line in _LINES]
    highest, lowest = np.maximum.reduce(closed), np.minimum.reduce(closed)
    depth = np.minimum(highest - lowest, highest - picture).reshape(*picture.shape[:2], -1).max(axis=2)
    return _long_and_thin((depth > looks.depth_levels).astype(np.uint8), looks)


def _long_and_thin(candidates: NDArray[np.uint8], looks: HairLooks) -> NDArray[np.bool_]:
    """Of the pieces (1 in 0, ``[height, width]``) the hairs and nets of crossing hairs."""
    _, labels, pieces, _ = cv2.connectedComponentsWithStats(candidates)
    widths, heights, areas = pieces[:, 2:5].T
    lengths = np.hypot(widths, heights)
    thin = areas <= looks.width_pixels * lengths + looks.fullest_net * widths * heights
    hair = thin & (lengths >= looks.length_pixels)
    hair[0] = False
    return np.asarray(hair[labels], np.bool_)
