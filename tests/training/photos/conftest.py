"""Pictures of noise: each unlike all others, as photos are and plain circles are not."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

Picture = NDArray[np.uint8]


@pytest.fixture
def picture() -> Callable[..., Picture]:
    """RGB ``[side, side, 3]``, the same for the same seed."""

    def make(seed: int, side: int = 128) -> Picture:
        noise = np.random.default_rng(seed).integers(30, 226, (12, 12, 3), dtype=np.uint8)
        return np.asarray(cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)

    return make


@pytest.fixture
def jpeg() -> Callable[..., bytes]:
    def encode(picture: Picture, quality: int = 90) -> bytes:
        return cv2.imencode(".jpg", picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, quality))[1].tobytes()

    return encode
