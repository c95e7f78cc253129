"""A photo's bytes on their way in: a whole JPEG or PNG and nothing else, without its metadata."""

import logging
import threading
from dataclasses import dataclass

from models.decode import Image, decode
from models.errors import PhotoError
from models.photo_file import CONTENT_TYPES, PhotoHeader, inspect, jpeg, png, strip_metadata
from server.errors import PhotoRefused
from server.vetting.suspicion import Suspicion

_SMALLEST_SIDE_PIXELS = 64
_LONGEST_TO_SHORTEST = 8
_JUDGED_SIDE_PIXELS = 640
_LONGEST_REASON = 300
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Vetted:
    """A photo that may be stored: no metadata, its true type, and the reason to hold it or None."""

    photo: bytes
    content_type: str
    reason: str | None


class Vetting:
    """Vets one photo at a time: a decoded 64-megapixel PNG takes 192 MB."""

    def __init__(self, suspicions: tuple[Suspicion, ...] = ()) -> None:
        self._suspicions = suspicions
        self._one_at_a_time = threading.Lock()

    def vet(self, photo: bytes) -> Vetted:
        """What may be stored of ``photo``; the first suspicion that finds something counts.

        Raises PhotoRefused.
        """
        with self._one_at_a_time:
            try:
                return self._vet(photo)
            except PhotoError as error:
                raise PhotoRefused(f"this is no photo that can be kept: {error}") from error

    def _vet(self, photo: bytes) -> Vetted:
        header = inspect(photo)
        _require_sane(header)
        _require_end(header, photo)
        image = decode(photo, _JUDGED_SIDE_PIXELS)
        reasons = (reason for suspicion in self._suspicions if (reason := _doubt(suspicion, image)))
        reason = next(reasons, "")[:_LONGEST_REASON] or None
        return Vetted(strip_metadata(photo), CONTENT_TYPES[header.kind], reason)


def _doubt(suspicion: Suspicion, image: Image) -> str | None:
    try:
        return suspicion(image)
    except Exception as error:  # noqa: BLE001 - nobody judged it, so somebody has to; it is not lost for that
        fault = type(error).__name__
        _log.error("a photo could not be judged and is held: %s", fault, exc_info=error)
        return f"It could not be judged here ({fault}): the server's log tells why."


def _require_sane(header: PhotoHeader) -> None:
    short, long = sorted((header.width_pixels, header.height_pixels))
    if short < _SMALLEST_SIDE_PIXELS:
        raise PhotoRefused(f"the photo is too small: each side needs {_SMALLEST_SIDE_PIXELS} pixels")
    if long > short * _LONGEST_TO_SHORTEST:
        raise PhotoRefused("the photo is a strip: send one of which both sides show something")


def _require_end(header: PhotoHeader, photo: bytes) -> None:
    """Nothing may ride along behind the picture, where no viewer looks."""
    walk = jpeg.segments(photo) if header.kind == "jpeg" else png.chunks(photo)
    if max(part.end for part in walk) != len(photo):
        raise PhotoRefused("there are bytes behind the picture's end: send the photo without them")
