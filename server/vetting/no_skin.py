"""No skin in the photo: a desk, a screen, a room."""

from collections.abc import Callable
from functools import cache, partial

from models.classifier import Classifier
from models.decode import Image
from models.strangeness import NONE_OF_THESE

HELD_FROM = 0.8
"""The score of "none of these", 0 to 1, from which a photo is held. A kiosk declines from 0.2 on, but most of
what it declines is skin, of a condition that was never learned.

Chosen on the calibrate split as the middle of what parts skin from the rest: none of 620 skin photos has
0.7, each of 42 photos without skin has 0.9. On the test split it holds none of 600 skin photos (300 clinical,
300 dermoscopic), 1 of 54 of skin that was never learned, 102 of 105 without skin (skin-kiosk-mobilenet
2026.11.2).
"""

_load = partial(Classifier.load, threads=1)


class NoSkinSuspicion:
    """Asks the classifier that ships with the kiosk how unlike anything learned the photo is.

    ``load`` is called for the first photo; what it raises holds that photo, and the next one has it called
    again.
    """

    def __init__(self, load: Callable[[], Classifier] = _load) -> None:
        self._classifier = cache(load)

    def __call__(self, image: Image) -> str | None:
        """Why somebody must look first; None where it looks like skin. Raises ModelError."""
        candidates = self._classifier().classify(image).candidates
        none = sum(candidate.score for candidate in candidates if candidate.condition == NONE_OF_THESE)
        return f"There may be no skin on it (score {none:.2f})." if none >= HELD_FROM else None
