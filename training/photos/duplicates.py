"""Photos that are one photo: encoded again, recoloured, resized, mirrored or turned.

A perceptual hash after Zauner 2010 ("Implementation and Benchmarking of Perceptual Image Hash
Functions"): the signs of a photo's low frequencies around their median. The cosine transform
of a mirrored photo has the signs of its odd columns (or rows) changed, that of a photo turned
over its diagonal is transposed; so all eight symmetries come from one transform.
"""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

Pairs = tuple[tuple[int, int], ...]
"""Indices of two photos each, the smaller first."""

MOST_BITS_APART = 24
"""Of 255. Measured on 10,731 photos of skin with all eight symmetries: up to here only real
duplicates; from 26 on small moles on plain skin are taken for each other."""

_SIDE_PIXELS = 64
_FREQUENCIES = 16
_BITS = _FREQUENCIES**2 - 1
_TILE = 2048  # photos; a tile of distances is 16 MB
_ODD = np.where(np.arange(_FREQUENCIES) % 2, -1, 1).astype(np.float32)


def find_twins(squares: NDArray[np.uint8]) -> Pairs:
    """The pairs that are near duplicates among ``squares``, uint8 RGB ``[photos, side, side, 3]``."""
    waves = np.zeros((len(squares), _FREQUENCIES, _FREQUENCIES), np.float32)
    for index, square in enumerate(squares):
        waves[index] = _waves(np.asarray(square))
    upright = _signs(waves)
    found = {pair for symmetric in _symmetries(waves) for pair in _close(upright, _signs(symmetric))}
    return tuple(sorted(found))


def _waves(square: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The low frequencies of the luma, float32 ``[16, 16]``."""
    luma = cv2.resize(
        cv2.cvtColor(square, cv2.COLOR_RGB2GRAY), (_SIDE_PIXELS, _SIDE_PIXELS), interpolation=cv2.INTER_AREA
    )
    return np.asarray(cv2.dct(luma.astype(np.float32))[:_FREQUENCIES, :_FREQUENCIES], np.float32)


def _symmetries(waves: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """The waves of the photos as they are, mirrored, and turned: eight times ``[photos, 16, 16]``."""
    for turned in (waves, waves.transpose(0, 2, 1)):
        for columns in (1, _ODD):
            for rows in (1, _ODD[:, np.newaxis]):
                yield turned * columns * rows


def _signs(waves: NDArray[np.float32]) -> NDArray[np.float32]:
    """+1 above the photo's median, else -1, the mean brightness left out: ``[photos, 255]``."""
    flat = waves.reshape(len(waves), _BITS + 1)[:, 1:]
    return np.where(flat > np.median(flat, axis=1, keepdims=True), 1, -1).astype(np.float32)


def _close(first: NDArray[np.float32], second: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Pairs at most MOST_BITS_APART: the product of two sign vectors is 255 less twice the distance."""
    for top in range(0, len(first), _TILE):
        for left in range(top, len(second), _TILE):
            agreement = first[top : top + _TILE] @ second[left : left + _TILE].T
            near = np.argwhere(agreement >= _BITS - 2 * MOST_BITS_APART)
            yield from ((top + int(i), left + int(j)) for i, j in near if top + i < left + j)
