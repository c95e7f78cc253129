"""Decoded pixels of many photos in one file, equal to what the shipped preprocessing sees."""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.decode import decode
from models.errors import PhotoError
from models.manifest import ModelInput
from models.preprocess import preprocess
from training.photos.sources import Photos

SIDE_PIXELS = 256
"""The side of a cached square; 224 pixels of it are the model's crop of 0.875."""

SHIPPED_INPUT = ModelInput(side_pixels=224, crops=(0.875,))
"""What the network sees of a photo."""

_SQUARE = ModelInput(side_pixels=SIDE_PIXELS, crops=(1.0,))
_SQUARE_SHAPE = (SIDE_PIXELS, SIDE_PIXELS, 3)
_THREADS = 2


def cache_pixels(
    photos: Photos, paths: Sequence[str], path: Path, advance: Callable[[], None]
) -> dict[int, str]:
    """Decode the photos ``paths`` into ``path``: a .npy of uint8 RGB ``[photos, 256, 256, 3]``.

    Only photos that decode are kept, in their order. Returns the index of each other one
    with the reason. ``advance`` is called once a photo.
    """
    shape = (len(paths), *_SQUARE_SHAPE)
    pixels = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=shape)
    broken: dict[int, str] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        for index, square in enumerate(pool.map(partial(_square, photos), paths)):
            if isinstance(square, PhotoError):
                broken[index] = str(square)
            else:
                pixels[index - len(broken)] = square
            advance()
    pixels.flush()
    del pixels
    if broken:
        _shorten(path, len(paths) - len(broken))
    return broken


def load_pixels(path: Path) -> NDArray[np.uint8]:
    """The cached squares, uint8 RGB ``[photos, 256, 256, 3]``, mapped from disk."""
    return np.asanyarray(np.load(path, mmap_mode="r"), np.uint8)


def shipped_crop(squares: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What the shipped preprocessing cuts from cached squares: uint8 ``[photos, 224, 224, 3]``."""
    margin = (SIDE_PIXELS - SHIPPED_INPUT.side_pixels) // 2
    return squares[:, margin:-margin, margin:-margin]


def _square(photos: Photos, path: str) -> NDArray[np.uint8] | PhotoError:
    try:
        return np.asarray(preprocess(decode(photos.read(path), SIDE_PIXELS), _SQUARE)[0], np.uint8)
    except PhotoError as error:
        return error


def _shorten(path: Path, photos: int) -> None:
    """Keep the first ``photos`` squares. The header stays as long as it is, because numpy
    leaves room in it for the first axis to grow."""
    header = {"descr": "|u1", "fortran_order": False, "shape": (photos, *_SQUARE_SHAPE)}
    with path.open("r+b") as file:
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(file.tell() + photos * math.prod(_SQUARE_SHAPE))
