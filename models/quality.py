"""Is the photo worth showing to the model? Advice for most faults, refusal for few.

Pixel statistics hardly predict what a dermatologist can read, so they advise;
they block only what is plainly unusable: black, white, or nothing in focus.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from models.decode import Image
from models.preprocess import centre_square

_JUDGED_SIDE_PIXELS = 256
_SMALLEST_SIDE_PIXELS = 64

# Blocks: mean luma and the standard deviation of luma (0 to 255), and the variance
# of the Laplacian (Pech-Pacheco et al. 2000) at 256 pixels. None of 10,523 photos of
# skin is refused; the nearest have 26, 230, 1.8 and 1.6 (docs/models.md).
_BLACK_BELOW = 12.0
_WHITE_ABOVE = 250.0
_FLAT_BELOW = 1.2
_NO_FOCUS_BELOW = 0.8

# Advice, on about one in a hundred of the clinical photos. Darkness errs further out:
# mean luma follows skin tone, and dark skin must not be called a dark photo.
_DARK_BELOW = 75.0
_BRIGHT_ABOVE = 200.0
_BLURRED_BELOW = 12.0
_SMALL_SPOT_BELOW = 0.03
_SPOT_DISTANCE = 20.0
_MEDIAN_STRIDE = 4


@dataclass(frozen=True)
class Quality:
    """``ok`` False means: do not classify. ``reasons`` are sentences for the person
    who holds the camera, with ``ok`` True as advice, else as the reason to retake.
    """

    ok: bool
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """``{"ok", "reasons"}`` as the API gives it."""
        return {"ok": self.ok, "reasons": list(self.reasons)}


def judge(image: Image) -> Quality:
    """Judge an RGB uint8 image ``(height, width, 3)`` of any size."""
    if min(image.shape[:2]) < _SMALLEST_SIDE_PIXELS:
        return Quality(False, ("The photo is too small: take it closer or at a higher resolution.",))
    small = _shrink(centre_square(image, 1.0))
    luma = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    mean, spread = float(luma.mean()), float(luma.std())
    focus = float(cv2.Laplacian(luma, cv2.CV_64F).var())
    refusal = _refusal(mean, spread, focus)
    if refusal:
        return Quality(False, (refusal,))
    return Quality(True, tuple(_advice(small, mean, focus)))


def _shrink(square: Image) -> Image:
    if square.shape[0] <= _JUDGED_SIDE_PIXELS:
        return square
    size = (_JUDGED_SIDE_PIXELS, _JUDGED_SIDE_PIXELS)
    return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _refusal(mean: float, spread: float, focus: float) -> str | None:
    if mean < _BLACK_BELOW:
        return "The photo is black: take off the lens cover or add light, and take it again."
    if mean > _WHITE_ABOVE:
        return "The photo is white: move the lamp away or shade the skin, and take it again."
    if spread < _FLAT_BELOW or focus < _NO_FOCUS_BELOW:
        return "Nothing in the photo is in focus: hold still about 10 cm away, and take it again."
    return None


def _advice(small: Image, mean: float, focus: float) -> list[str]:
    advice = []
    if mean < _DARK_BELOW:
        advice.append("Too dark: add light for a better estimate.")
    if mean > _BRIGHT_ABOVE:
        advice.append("Too bright: shade the skin or move the lamp away.")
    if focus < _BLURRED_BELOW:
        advice.append("Blurred: hold still and keep the spot in focus.")
    if _spot_share(small) < _SMALL_SPOT_BELOW:
        advice.append("Hold closer: the spot should fill a good part of the picture.")
    return advice


def _spot_share(small: Image) -> float:
    """The share (0 to 1) of the picture whose colour stands out from the skin around it.

    Distance from the median colour in CIE L*a*b* (of every fourth pixel), more than
    20 units: a crude spot finder, good enough for advice.
    """
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
    skin = np.median(lab[::_MEDIAN_STRIDE, ::_MEDIAN_STRIDE], axis=(0, 1))
    squared = ((lab - skin) ** 2).sum(axis=2)
    return float((squared > _SPOT_DISTANCE**2).mean())
