"""A prepared folder of generated pictures, whose test photos cannot be looked at."""

from collections.abc import Callable

import numpy as np
import pytest

from training.photos.prepare import Prepared
from training.photos.row import Row

PHOTOS_A_SPLIT = 24


@pytest.fixture
def prepared(row: Callable[..., Row]) -> Prepared:
    """Dark and bright squares, 24 a split, half of them clinical; the pixels end before the test rows."""
    rows, splits, pixels = [], [], []
    rng = np.random.default_rng(3)
    for split in ("train", "calibrate", "test"):
        for n in range(PHOTOS_A_SPLIT):
            code, modality = ("melanoma", "nevus")[n % 2], ("dermoscopy", "clinical photo")[n % 4 // 2]
            rows.append(row(f"{split}{n}", code=code, modality=modality))
            splits.append(split)
            if split != "test":
                pixels.append(rng.integers(0, 100, (256, 256, 3), np.uint8) + np.uint8(100 * (n % 2)))
    return Prepared(tuple(rows), tuple(splits), ("melanoma", "nevus"), np.stack(pixels))
