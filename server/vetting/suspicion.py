"""The seam for whoever doubts a photo: a face in it, no skin in it."""

from typing import Protocol

from models.decode import Image


class Suspicion(Protocol):
    """Doubts a photo, which is then held for an admin and never refused by a score alone.

    It is asked by one thread at a time. Whatever it raises holds the photo too.
    """

    def __call__(self, image: Image) -> str | None:
        """Why somebody must look first, 300 letters at most and for an admin's eyes; None for no doubt.

        ``image`` is RGB, upright, its short side 640 to 1279 pixels, or the photo's own where that
        is less or the photo a PNG.
        """
