"""Decoded pixels of many photos in one file, equal to what the shipped preprocessing sees."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.decode import decode
from models.errors import PhotoError
from models.manifest import ModelInput
from models.preprocess import preprocess
from training.errors import ManifestCsvInvalid

SIDE_PIXELS = 256
"""The side of a cached square; 224 pixels of it are the model's crop of 0.875."""

SHIPPED_INPUT = ModelInput(side_pixels=224, crop=0.875)
"""What the network sees of a photo."""

_SQUARE = ModelInput(side_pixels=SIDE_PIXELS, crop=1.0)
_THREADS = 2


def cache_pixels(photos: Sequence[Path], path: Path, advance: Callable[[], None]) -> None:
    """Decode ``photos`` into ``path``: a .npy of uint8 RGB ``[photos, 256, 256, 3]``.

    ``advance`` is called once a photo. Raises ManifestCsvInvalid, which names the
    photo that does not decode.
    """
    shape = (len(photos), SIDE_PIXELS, SIDE_PIXELS, 3)
    pixels = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    with ThreadPoolExecutor(_THREADS) as pool:
        for index, square in enumerate(pool.map(_square, photos)):
            pixels[index] = square
            advance()
    pixels.flush()


def load_pixels(path: Path) -> NDArray[np.uint8]:
    """The cached squares, uint8 RGB ``[photos, 256, 256, 3]``, mapped from disk."""
    return np.asanyarray(np.load(path, mmap_mode="r"), np.uint8)


def shipped_crop(squares: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the shipped preprocessing cuts from cached squares: uint8 ``[photos, 224, 224, 3]``."""
    margin = (SIDE_PIXELS - SHIPPED_INPUT.side_pixels) // 2
    return squares[:, margin:-margin, margin:-margin]


def _square(photo: Path) -> NDArray[np.uint8]:
    try:
        return np.asarray(preprocess(decode(photo.read_bytes(), SIDE_PIXELS), _SQUARE)[0], np.uint8)
    except PhotoError as error:
        raise ManifestCsvInvalid(f"{photo} is in the list and cannot be learned from: {error}") from error
