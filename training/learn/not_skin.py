"""Pictures that are surely no skin: light, stripes, noise, shapes and writing, made of arithmetic.

The data hold a few hundred photos that show no skin; what a camera may see is far more. These
teach the network early that an unfamiliar picture is none of its conditions ("outlier exposure",
Hendrycks et al. 2019, arXiv:1812.04606).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789.,"


def draw_not_skin(side_pixels: int, rng: np.random.Generator) -> Picture:
    """One such picture: uint8 RGB ``[side, side, 3]``."""
    kinds = (_light, _stripes, _noise, _shapes, _writing)
    return np.asarray(kinds[rng.integers(len(kinds))](side_pixels, rng), np.uint8)


def _light(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """One colour running into another, as a wall, a sky or a covered lens."""
    grain = rng.normal(0, rng.uniform(0, 6), (side, side, 3))
    return np.asarray(_mixed(_ramp(side, rng), rng) + grain, np.float64).clip(0, 255)


def _stripes(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Stripes or a checkerboard."""
    waves = np.sin(_ramp(side, rng) * rng.uniform(6, 90))
    if rng.random() < 0.5:
        waves = waves * np.sin(_ramp(side, rng) * rng.uniform(6, 90))
    share = (waves > rng.uniform(-0.5, 0.5)) if rng.random() < 0.5 else (waves + 1) / 2
    return _mixed(np.asarray(share, np.float64), rng)


def _noise(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Coloured clouds from fine to coarse."""
    cells = int(rng.choice([2, 4, 8, 16, 48, side]))
    coarse = rng.uniform(0, 255, (cells, cells, 3)).astype(np.float32)
    clouds = cv2.resize(
        coarse, (side, side), interpolation=int(rng.choice([cv2.INTER_CUBIC, cv2.INTER_NEAREST]))
    )
    return np.asarray(clouds, np.float64).clip(0, 255)


def _shapes(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A drawing of flat shapes on a flat ground."""
    picture = np.full((side, side, 3), _colour(rng), np.uint8)
    for _ in range(int(rng.integers(3, 25))):
        corners = rng.integers(0, side, (int(rng.integers(2, 6)), 2)).astype(np.int32)
        colour = tuple(float(level) for level in _colour(rng))
        if rng.random() < 0.5:
            cv2.fillPoly(picture, [corners], colour)
        else:
            cv2.circle(
                picture,
                tuple(map(int, corners[0])),
                int(rng.integers(2, side // 3)),
                colour,
                int(rng.integers(-1, 6)) or 1,
            )
    return picture.astype(np.float64)


def _writing(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Lines of letters, as a page, a screen or a label."""
    picture = np.full((side, side, 3), rng.uniform(150, 255, 3), np.uint8)
    size, ink = rng.uniform(0.3, 1.2), tuple(rng.uniform(0, 110, 3))
    for line in np.arange(8, side, 30 * size):
        words = "".join(rng.choice(list(_LETTERS), 40))
        cv2.putText(
            picture,
            words,
            (int(rng.integers(-9, 9)), int(line)),
            cv2.FONT_HERSHEY_SIMPLEX,
            size,
            ink,
            int(rng.integers(1, 3)),
        )
    return picture.astype(np.float64)


def _ramp(side: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """0 to 1 across the square in any direction."""
    y, x = np.mgrid[0:side, 0:side] / side
    angle = rng.uniform(0, 2 * np.pi)
    slope = np.cos(angle) * x + np.sin(angle) * y
    return np.asarray((slope - slope.min()) / np.ptp(slope), np.float64)


def _mixed(share: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(share[..., np.newaxis] * _colour(rng) + (1 - share[..., np.newaxis]) * _colour(rng))


def _colour(rng: np.random.Generator) -> NDArray[np.float64]:
    return np.asarray(rng.uniform(0, 255, 3))
