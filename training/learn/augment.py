"""The same spot seen otherwise: mirrored, turned, nearer, in other light."""

import cv2
import numpy as np
from numpy.typing import NDArray

_NEAREST, _FARTHEST = 0.55, 1.05
"""The side of the cut, as a share of the cached square; the shipped crop is 0.875."""
_NEAREST_CLINICAL = 0.30
"""Without a dermatoscope the spot often fills but a tenth of the picture."""
_STRETCH = 0.10
_GAIN, _GAMMA, _SATURATION = 0.20, 0.25, 0.30
_BLURRED_SHARE = 0.15
_LUMA = np.array([0.299, 0.587, 0.114])


def augment(
    square: NDArray[np.uint8], side_pixels: int, rng: np.random.Generator, near: bool
) -> NDArray[np.uint8]:
    """A changed cut of a cached square ``[256, 256, 3]``: uint8 RGB ``[side, side, 3]``.

    ``near`` also cuts as near as a clinical photo's small spot needs.
    """
    nearest = _NEAREST_CLINICAL if near else _NEAREST
    share = np.exp(rng.uniform(np.log(nearest), np.log(_FARTHEST)))
    return relight(_cut(square, side_pixels, share, rng), rng)


def relight(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Other light and another camera: gains, gamma, saturation, now and then blur; same shape."""
    saturation = 1 + rng.uniform(-_SATURATION, _SATURATION)
    mixing = saturation * np.eye(3) + (1 - saturation) * np.tile(_LUMA, (3, 1))
    mixed = cv2.LUT(cv2.transform(image, mixing), _light_table(rng))
    if rng.random() < _BLURRED_SHARE:
        mixed = cv2.GaussianBlur(mixed, (0, 0), rng.uniform(0.4, 1.2))
    return np.asarray(mixed, np.uint8)


def _cut(
    square: NDArray[np.uint8], side_pixels: int, share: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """One affine warp does cut, turn, stretch and mirror; what lies outside is reflected."""
    whole = square.shape[0]
    side = whole * share
    # The spot is near the middle: a near cut must not lose it.
    slack = min(max(whole - side, 0.08 * whole), 0.35 * side) / 2
    centre = whole / 2 + rng.uniform(-slack, slack, 2)
    angle, stretch = rng.uniform(0, 2 * np.pi), np.exp(rng.uniform(-_STRETCH, _STRETCH))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirror = np.diag([rng.choice([-1.0, 1.0]) * stretch, 1 / stretch])
    back = turn @ mirror * (side / side_pixels)
    offset = centre - back @ np.full(2, (side_pixels - 1) / 2)
    return np.asarray(
        cv2.warpAffine(
            square,
            np.column_stack([back, offset]),
            (side_pixels, side_pixels),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        ),
        np.uint8,
    )


def _light_table(rng: np.random.Generator) -> NDArray[np.uint8]:
    """Gamma, a common gain and a slight one a channel, as a lookup table ``[1, 256, 3]``."""
    gains = (1 + rng.uniform(-_GAIN, _GAIN)) * (1 + rng.uniform(-_GAIN / 4, _GAIN / 4, 3))
    gamma = np.exp(rng.uniform(-_GAMMA, _GAMMA))
    levels = 255 * (np.arange(256) / 255) ** gamma
    return np.asarray((levels[:, np.newaxis] * gains).clip(0, 255)[np.newaxis], np.uint8)
