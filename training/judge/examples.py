"""A model's worst errors, with the photo as the model saw it where that is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from models.decode import decode, encode_jpeg
from models.manifest import ModelInput
from models.preprocess import preprocess, wanted_side
from training.judge.judging import Judged
from training.judge.strata import of_condition
from training.photos.sources import opened

SHOWN = 12
"""Examples of each kind of error."""

_SIDE_PIXELS = 160


@dataclass(frozen=True)
class Example:
    """A judged photo and its thumbnail: JPEG bytes without metadata, None where none is wanted."""

    photo: Judged
    thumbnail: bytes | None


def surest_errors(known: Sequence[Judged]) -> list[Judged]:
    """Photos with a wrong condition first that the model did not decline, the surest first."""
    wrong = [photo for photo in known if not photo.right and not photo.inconclusive]
    return sorted(wrong, key=lambda photo: (-photo.top_score, photo.row.path))[:SHOWN]


def missed_melanomas(known: Sequence[Judged]) -> list[Judged]:
    """Melanomas whose person is not told to be seen soon, the least suspected first."""
    missed = [photo for photo in of_condition(known, "melanoma") if not photo.flagged]
    return sorted(missed, key=lambda photo: (photo.malignant, photo.row.path))[:SHOWN]


def illustrate(photos: Sequence[Judged], images: Path | None, wanted: ModelInput) -> list[Example]:
    """Examples of ``photos``, which are in the folder or zip ``images``; None leaves the thumbnails out.

    A thumbnail is the first square that a model wanting ``wanted`` looks at, 160 pixels wide.
    Raises PhotoError for a photo that has gone since it was judged.
    """
    if images is None:
        return [Example(photo, None) for photo in photos]
    with opened(images) as source:
        return [Example(photo, _thumbnail(source.read(photo.row.path), wanted)) for photo in photos]


def _thumbnail(photo: bytes, wanted: ModelInput) -> bytes:
    seen = preprocess(decode(photo, wanted_side(wanted)), wanted)[0]
    small = cv2.resize(seen, (_SIDE_PIXELS, _SIDE_PIXELS), interpolation=cv2.INTER_AREA)
    return encode_jpeg(np.asarray(small, np.uint8))
