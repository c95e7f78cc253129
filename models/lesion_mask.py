"""Where the lesion is: the one spot that stands out from the skin around it, by classical means.

Nothing here is learned. Hair and black corners are painted over (``hair``), each pixel gets its distance
from the skin that is fitted to the picture's rim (``skin_distance``), and of the regions at all thresholds
one is taken (``lesion_region``). How well this does on real photos stands in docs/lesion-mask.md.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.decode import Image
from models.hair import HairLooks, find_hair
from models.lesion_region import find_region, grow, outline
from models.skin_distance import Flags, Floats, distance_from_skin

Lab = tuple[float, float, float]
"""A colour in CIE L*a*b* (sRGB, D65): L* 0 to 100, a* and b* about -128 to 127."""

_WORKING_SIDE_PIXELS, _SMALLEST_SIDE_PIXELS = 128, 24
_BLACK_BELOW, _LEAST_SHARE_OF_SKIN = 30, 0.25

# In 8-bit L*. What is taken for hair by mistake is only filled in for the search, so little is needed.
_HAIR = HairLooks(depth_levels=8, length_pixels=12, width_pixels=2.5, fullest_net=0.1)


@dataclass(frozen=True, eq=False)
class LesionMask:
    """One lesion in one picture; pixels are those of the picture that was given.

    ``mask`` is bool ``(height, width)``, one piece without holes; ``area_share`` its share of the
    picture, 0 to 1; ``diameter_pixels`` that of a circle of its area. ``box`` is (top, left,
    height, width) and ``centroid`` (row, column). ``outline`` is its polygon, (x, y) from 0 to 1
    of width and height. ``lesion_lab`` and ``skin_lab`` are the mean colours inside and in a ring
    around, hair filled in.
    """

    mask: Flags
    area_share: float
    diameter_pixels: float
    box: tuple[int, int, int, int]
    centroid: tuple[float, float]
    outline: tuple[tuple[float, float], ...]
    lesion_lab: Lab
    skin_lab: Lab


def find_lesion(image: Image) -> LesionMask | None:
    """The lesion in an RGB uint8 image ``(height, width, 3)`` of any size; the same for the same image.

    None where no spot stands out (healthy skin, blur, black, white), where it leaves no
    skin around it, and for an image below 24 pixels. Raises nothing.
    """
    if min(image.shape[:2]) < _SMALLEST_SIDE_PIXELS:
        return None
    small = _shrink(image)
    lightness = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB)[..., 0], np.uint8)
    seen = ~_black_corners(lightness)
    if seen.mean() < _LEAST_SHARE_OF_SKIN:
        return None
    lab = _fill(small, find_hair(lightness, _HAIR) | find_hair(255 - lightness, _HAIR) | ~seen)
    region = find_region(distance_from_skin(lab, seen), seen)
    if region is None:
        return None
    ring = (grow(region, 0.3) > 0) & (grow(region, 0.05) == 0) & seen
    mask = _enlarge(region, image.shape[1], image.shape[0])
    if not (ring.any() and mask.any()):
        return None
    return _measure(mask, _mean(lab, region > 0), _mean(lab, ring))


def _shrink(image: Image) -> Image:
    scale = _WORKING_SIDE_PIXELS / min(image.shape[:2])
    if scale >= 1:
        return image
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _black_corners(lightness: Image) -> Flags:
    """The dark that reaches into a corner, as around a dermoscope's field, with its blurred edge."""
    dark = cv2.morphologyEx((lightness < _BLACK_BELOW).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3)))
    _, labels = cv2.connectedComponents(dark)
    corners = [label for label in labels[[0, 0, -1, -1], [0, -1, 0, -1]] if label]
    return np.asarray(cv2.dilate(np.isin(labels, corners).astype(np.uint8), np.ones((9, 9))) > 0)


def _fill(small: Image, unwanted: Flags) -> Floats:
    """L*a*b* ``[height, width, 3]`` with ``unwanted`` filled from around it, slightly blurred."""
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    wanted = (~unwanted).astype(np.float32)[..., np.newaxis]
    share = cv2.GaussianBlur(wanted, (0, 0), 2.0)[..., np.newaxis]
    around = cv2.GaussianBlur(lab * wanted, (0, 0), 2.0) / np.maximum(share, 1e-3)
    return np.asarray(cv2.GaussianBlur(lab + (1 - wanted) * (around - lab), (0, 0), 1.2), np.float32)


def _enlarge(region: Image, width: int, height: int) -> Flags:
    soft = cv2.GaussianBlur(region.astype(np.float32), (0, 0), 1.0)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR) > 0.5)


def _mean(lab: Floats, where: Flags) -> Lab:
    lightness, a, b = lab[where].mean(axis=0)
    return float(lightness), float(a), float(b)


def _measure(mask: Flags, lesion_lab: Lab, skin_lab: Lab) -> LesionMask:
    height, width = mask.shape
    contour = outline(mask)
    left, top, box_width, box_height = cv2.boundingRect(contour)
    corners = (cv2.approxPolyDP(contour, 0.004 * min(height, width), True)[:, 0] + 0.5) / (width, height)
    rows, columns = np.nonzero(mask)
    return LesionMask(
        mask=mask,
        area_share=float(mask.mean()),
        diameter_pixels=float(2 * np.sqrt(mask.sum() / np.pi)),
        box=(top, left, box_height, box_width),
        centroid=(float(rows.mean()), float(columns.mean())),
        outline=tuple((float(x), float(y)) for x, y in corners),
        lesion_lab=lesion_lab,
        skin_lab=skin_lab,
    )
