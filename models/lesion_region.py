"""Which region of a picture is the lesion: of the regions at all thresholds the one that explains most.

A region explains much where it parts what is far from skin from what is not, near the middle and in one
compact piece.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from models.decode import Image
from models.skin_distance import Flags, Floats, places

_SMALLEST_AREA_PIXELS = 10

# How near the middle, as a standard deviation in short sides: the weight of pixels, the place of a region.
_MIDDLE, _PLACE = 0.27, 0.25
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
_THRESHOLDS, _OUTWARD = 12, 0.8
_LEAST_SCORE = 0.07
"""What a region must explain: docs/lesion-mask.md has how often one does, on healthy skin and on lesions."""


def find_region(distance: Floats, seen: Flags) -> Image | None:
    """The region, 0 or 1, uint8 ``[height, width]``, one piece without holes; None where nothing stands out.

    ``distance`` ``[height, width]`` is that of ``models.skin_distance``; ``seen`` is False where there is no
    skin to look at. Raises nothing.
    """
    found = _most_telling(distance, seen)
    return None if found is None else _smooth(*found, distance)


def outline(region: NDArray[np.generic]) -> NDArray[np.int32]:
    """The longest outer contour of a region of one pixel or more: ``[points, 1, 2]`` (column, row)."""
    contours, _ = cv2.findContours(region.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return np.asarray(max(contours, key=cv2.contourArea), np.int32)


def grow(region: Image, share: float) -> Image:
    """The region, 0 or 1, widened by ``share`` of its size (the root of its area), 1 pixel at least."""
    return np.asarray(cv2.dilate(region, _disc(region, share)), np.uint8)


def _most_telling(distance: Floats, seen: Flags) -> tuple[Image, float] | None:
    """The region that explains most, with its threshold; None if none does.

    Of each threshold's pieces the best is taken, by the variance between inside and outside
    (Otsu 1979), and counts less where it is ragged or runs along the picture's edge.
    """
    y, x = places(*distance.shape)
    weights = np.exp(-(x * x + y * y) / (2 * _MIDDLE**2)) * seen
    weights /= max(weights.sum(), np.float32(1e-9))
    best, score = None, _LEAST_SCORE
    for threshold in np.linspace(0, np.sqrt(0.9 * distance.max()), _THRESHOLDS) ** 2:
        above = (distance > threshold).astype(np.uint8)
        labels, explained = _explained(cv2.morphologyEx(above, cv2.MORPH_OPEN, _CROSS), weights, distance)
        piece = int(explained.argmax())
        if explained[piece] <= score:
            continue
        region = (labels == piece).astype(np.uint8)
        shaped = float(explained[piece]) * _shape(region)
        if shaped > score:
            best, score = (region, float(threshold)), shaped
    return best


def _explained(
    above: cv2.typing.MatLike, weights: Floats, distance: Floats
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The pieces' labels, and the variance each explains times its nearness to the middle.

    Both are 0 for the rest of the picture, and the variance for pieces below the mean.
    """
    _, labels, pieces, centres = cv2.connectedComponentsWithStats(above, connectivity=4)
    inside = np.flatnonzero(labels)
    of, weight = labels.ravel()[inside], weights.ravel()[inside]
    share = np.bincount(of, weight, len(pieces)).clip(1e-9, 1 - 1e-9)
    total = np.bincount(of, weight * distance.ravel()[inside], len(pieces))
    surplus = np.maximum(total - share * float((weights * distance).sum()), 0)
    offset = (centres - (np.array(labels.shape[::-1]) - 1) / 2) / min(labels.shape)
    near = np.exp(-np.square(offset).sum(axis=1) / (2 * _PLACE**2))
    explained = surplus**2 / (share * (1 - share)) * near * (pieces[:, 4] >= _SMALLEST_AREA_PIXELS)
    explained[0] = 0
    return np.asarray(labels, np.int32), np.asarray(explained, np.float64)


def _shape(region: Image) -> float:
    """0 to 1: the squares of its share of its convex hull and of its outline within the picture."""
    edge = outline(region)
    solidity = (cv2.contourArea(edge) + 1) / (cv2.contourArea(cv2.convexHull(edge)) + 1)
    last = np.array(region.shape[::-1]) - 1
    at_edge = ((edge == 0) | (edge == last)).any(axis=-1).mean()
    return float((solidity * (1 - at_edge)) ** 2)


def _smooth(region: Image, threshold: float, distance: Floats) -> Image:
    """The region drawn outward to its foot, without holes, bays and tongues."""
    foot = (distance > _OUTWARD * threshold).astype(np.uint8)
    disc = _disc(region, 0.12)
    closed = cv2.morphologyEx(region | (foot & grow(region, 0.08)), cv2.MORPH_CLOSE, disc)
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, disc)
    kept = opened if opened.any() else region
    return np.asarray(cv2.drawContours(np.zeros_like(region), [outline(kept)], -1, 1, -1), np.uint8)


def _disc(region: Image, share: float) -> Image:
    """A disc whose radius is a share of the region's size, 1 pixel at least."""
    side = 2 * max(1, round(share * float(np.sqrt(region.sum())))) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
