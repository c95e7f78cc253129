"""A prepared folder of generated pictures, and a network small enough to learn from it in seconds."""

from collections.abc import Iterator

import numpy as np
import pytest

from training.learn import mobilenet
from training.photos.prepare import Prepared
from training.photos.row import Row

COLOURS = {"melanoma": (40, 30, 30), "nevus": (150, 90, 60), "acne": (210, 60, 60)}
PHOTOS = {"train": {"melanoma": 6, "nevus": 30, "acne": 12}, "calibrate": dict.fromkeys(COLOURS, 3)}


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    """Three conditions of one colour each, rare to common; in each split a green picture that is no skin.

    Melanoma and acne are dermoscopy; every second nevus is clinical.
    """
    rng = np.random.default_rng(5)
    rows, splits, pixels = [], [], []
    for split, photos in PHOTOS.items():
        for code, count in photos.items():
            for n in range(count):
                clinical = code == "nevus" and n % 2
                rows.append(_row(f"{split}/{code}{n}", code, "clinical photo" if clinical else "dermoscopy"))
                colour = np.array(COLOURS[code]) + rng.integers(-20, 20, (256, 256, 1))
                pixels.append(colour.clip(0, 255).astype(np.uint8))
        rows.append(_row(f"{split}/green", "non_skin_graphic", "not skin"))
        pixels.append(np.full((256, 256, 3), (0, 250, 0), np.uint8))
        splits += [split] * (sum(photos.values()) + 1)
    return Prepared(tuple(rows), tuple(splits), tuple(COLOURS), np.stack(pixels))


@pytest.fixture(scope="module")
def small_mobilenet() -> Iterator[None]:
    """MobileNet with four of its thirteen blocks, and narrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mobilenet, "_BLOCKS", ((8, 2), (16, 2), (16, 2), (32, 2)))
        yield


def _row(path: str, code: str, modality: str) -> Row:
    return Row(path, code, code, "A", modality, "CC0", path, True, "", "")
