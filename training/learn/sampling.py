"""Which photos to show next: rare conditions and clinical photos must count, and so must what is no skin."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from training.learn.augment import augment, relight
from training.learn.not_skin import draw_not_skin
from training.photos.labels import Kind
from training.photos.prepare import Prepared

_EXPONENT = 0.3
"""A condition with n photos in one modality is drawn as ``n ** exponent``: 1 is by photos, 0 evenly."""
_EXTRA = {"melanoma": 1.3}
_NOT_SKIN_SHARE = 0.08
"""How much of what is shown is no skin."""
_DRAWN_SHARE = 0.4
"""How much of that is drawn rather than photographed."""

Batch = tuple[NDArray[np.uint8], NDArray[np.int64]]


def draw_weights(prepared: Prepared, indices: NDArray[np.int64]) -> NDArray[np.float64]:
    """How likely each of ``indices`` is drawn; sums to 1."""
    cells = [(prepared.rows[i].code, prepared.rows[i].clinical) for i in indices]
    counts = Counter(cells)
    weights = [_EXTRA.get(cell[0], 1.0) * counts[cell] ** (_EXPONENT - 1) for cell in cells]
    return np.asarray(np.array(weights) / sum(weights), np.float64)


class Batches:
    """Augmented batches of the train split, made one ahead on another thread.

    Class numbers are those of ``prepared.classes``; the number after the last is "none of these".
    """

    def __init__(self, prepared: Prepared, batch: int, seed: int) -> None:
        """``batch`` photos at a time; the same ``seed`` draws the same photos."""
        self._prepared = prepared
        self._batch = batch
        self._seed = seed
        self._known = prepared.known("train")
        self._weights = draw_weights(prepared, self._known)
        self._not_skin = prepared.of_kind("train", Kind.NOT_SKIN)

    def take(self, epoch: int, batches: int, side_pixels: int) -> Iterator[Batch]:
        """Yield uint8 RGB ``[batch, side, side, 3]`` with int64 class numbers ``[batch]``.

        The same ``epoch`` yields the same batches again.
        """
        rng = np.random.default_rng([self._seed, epoch])
        with ThreadPoolExecutor(1) as pool:
            ahead = pool.submit(self._make, side_pixels, rng)
            for _ in range(batches - 1):
                ready, ahead = ahead, pool.submit(self._make, side_pixels, rng)
                yield ready.result()
            yield ahead.result()

    def _make(self, side_pixels: int, rng: np.random.Generator) -> Batch:
        strange = rng.random(self._batch) < _NOT_SKIN_SHARE
        chosen = rng.choice(self._known, self._batch, p=self._weights)
        numbers = self._prepared.targets(chosen)
        numbers[strange] = len(self._prepared.classes)
        photos = [
            self._no_skin(side_pixels, rng) if none else self._photo(i, side_pixels, rng)
            for i, none in zip(chosen, strange, strict=True)
        ]
        return np.stack(photos), numbers

    def _photo(self, index: int, side_pixels: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        row = self._prepared.rows[index]
        return augment(self._prepared.pixels[index], side_pixels, rng, near=row.clinical)

    def _no_skin(self, side_pixels: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        if not len(self._not_skin) or rng.random() < _DRAWN_SHARE:
            return relight(draw_not_skin(side_pixels, rng), rng)
        return augment(self._prepared.pixels[rng.choice(self._not_skin)], side_pixels, rng, near=True)
