"""A detector's raw output to faces: anchors, boxes, scores, and one box a face.

The arithmetic is that of MediaPipe's face detection graph (Apache-2.0, ``mediapipe/modules/face_detection``):
anchors of a fixed size, scores through a sigmoid with its input clipped, boxes relative to their anchor.
"""

from dataclasses import astuple, dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_CLIPPED_AT = 100.0
"""``score_clipping_thresh`` of MediaPipe's graph."""


@dataclass(frozen=True)
class Face:
    """Where a face is, as shares of the upright picture's width and height, 0 to 1, and how sure that is,
    0 to 1. The box reaches from the brows to the chin, so hair and ears lie outside.
    """

    left: float
    top: float
    width: float
    height: float
    score: float


def anchors(side_pixels: int, strides: tuple[int, ...], anchors_a_layer: int) -> Floats:
    """The centre (x, y) of each anchor, 0 to 1, in the order of the output: float32 ``[anchors, 2]``.

    Layers of the same stride that follow each other share their cells.
    """
    centres = []
    for stride, layers in groupby(strides):
        cells = side_pixels // stride
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        x, y = np.meshgrid(steps, steps)
        grid = np.stack([x.ravel(), y.ravel()], axis=1)
        centres.append(np.repeat(grid, len(list(layers)) * anchors_a_layer, axis=0))
    return np.concatenate(centres)


def scores(logits: Floats) -> Floats:
    """The sigmoid of float32 ``[anchors]``."""
    unlikely = np.exp(-np.clip(logits.astype(np.float64), -_CLIPPED_AT, _CLIPPED_AT))
    return np.asarray(1 / (1 + unlikely), np.float32)


def boxes(offsets: Floats, centres: Floats, side_pixels: int) -> Floats:
    """(left, top, width, height), 0 to 1 of the network's square, of float32 ``[anchors, 16]``.

    The first four of the 16 are the centre's distance from its anchor and the size, in pixels of the
    square; the others are eyes, nose, mouth and ears, which nobody here asks for.
    """
    found = offsets[:, :4] / side_pixels
    centre, size = found[:, :2] + centres, found[:, 2:]
    return np.concatenate([centre - size / 2, size], axis=1)


def face_of(box: Floats, score: np.float32) -> Face:
    """One box (left, top, width, height) with its score."""
    left, top, width, height = (float(share) for share in box)
    return Face(left, top, width, height, float(score))


def one_a_face(faces: list[Face], overlap: float) -> list[Face]:
    """The surest box of each face, the surest face first; a box that shares more than ``overlap`` of its
    union with a surer one is the same face.
    """
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_shared(face, surer) <= overlap for surer in kept):
            kept.append(face)
    return kept


def clipped(face: Face) -> Face:
    """The part of a face that is on the picture."""
    left, top, width, height, score = astuple(face)
    right, bottom = min(left + width, 1.0), min(top + height, 1.0)
    left, top = max(left, 0.0), max(top, 0.0)
    return Face(left, top, max(right - left, 0.0), max(bottom - top, 0.0), score)


def _shared(one: Face, other: Face) -> float:
    """The intersection of two boxes, as a share of their union."""
    width = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
    height = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
    both = max(width, 0.0) * max(height, 0.0)
    union = one.width * one.height + other.width * other.height - both
    return both / union if union > 0 else 0.0
