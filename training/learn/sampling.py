"""Which photos to show next: rare conditions and clinical photos must count."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from training.learn.augment import augment
from training.photos.prepare import Prepared

_EXPONENT = 0.35
"""A condition with n photos in one modality is drawn as ``n ** exponent``: 1 is by photos, 0 evenly."""
_EXTRA = {"melanoma": 1.4}

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]


def draw_weights(prepared: Prepared, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """How likely each of ``indices`` is drawn; sums to 1."""
    cells = [(prepared.rows[i].code, prepared.rows[i].clinical) for i in indices]
    counts = Counter(cells)
    weights = [_EXTRA.get(cell[0], 1.0) * counts[cell] ** (_EXPONENT - 1) for cell in cells]
    return np.asarray(np.array(weights) / sum(weights), np.float64)


class Batches:
    """Endless augmented batches of the train split, made one ahead on another thread."""

    def __init__(self, prepared: Prepared, batch: int, seed: int) -> None:
        """``batch`` photos at a time; the same ``seed`` draws the same photos."""
        self._prepared = prepared
        self._batch = batch
        self._rng = np.random.default_rng(seed)
        self._indices = prepared.known("train")
        self._weights = draw_weights(prepared, self._indices)

    def take(self, batches: int, side_pixels: int) -> Iterator[Batch]:
        """Yield uint8 RGB ``[batch, side, side, 3]`` with int64 class numbers ``[batch]``."""
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(self._make, side_pixels)
            for _ in range(batches - 1):
                ready, ahead = ahead, pool.submit(self._make, side_pixels)
                yield ready.result()
            yield ahead.result()

    def _make(self, side_pixels: int) -> Batch:
        chosen = self._rng.choice(self._indices, self._batch, p=self._weights)
        photos = [augment(self._prepared.pixels[i], side_pixels, self._rng) for i in chosen]
        return np.stack(photos), self._prepared.targets(chosen)
