"""The face detector: an image in, the faces on it out."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.decode import Image
from models.errors import ModelMismatch
from models.face.boxes import Face, anchors, boxes, clipped, face_of, one_a_face, scores
from models.face.drawn import drawn_face
from models.face.manifest import SHIPPED, FaceManifest, load_face_manifest
from models.face.views import View, shrunk, views
from models.interpreter import ENGINE_FAULTS, installed_engines, none_left, open_model
from models.manifest import read_part

SELF_TEST_TOLERANCE = 0.1
"""How far the drawn face's score may stray from the manifest's, 0 to 1: engines round otherwise, and
versions of OpenCV shrink otherwise."""

WANTED_SIDE_PIXELS = 256
"""How many pixels of the decoded short side the smallest view needs."""

_MOST_SIDE_PIXELS = 512
"""A short side of twice that and more is shrunk once: a PNG decodes no smaller, and 13 views of 64 megapixels
took 1.64 s of an x86-64 core, 0.26 s so.
"""

_NUMBERS_A_BOX = 16


class FaceDetector:
    """A detector that passed its self-test; for one thread at a time."""

    def __init__(self, manifest: FaceManifest, interpreter: Any) -> None:
        """Take an engine's own interpreter; ``load`` is the usual way to get one. Raises ModelMismatch."""
        self.manifest = manifest
        self._interpreter = interpreter
        self._centres = anchors(manifest.side_pixels, manifest.strides, manifest.anchors_a_layer)
        self._input: int = interpreter.get_input_details()[0]["index"]
        self._offsets, self._logits = self._checked_outputs()

    @classmethod
    def load(cls, manifest_path: Path = SHIPPED, engines: tuple[str, ...] | None = None) -> "FaceDetector":
        """Load a detector by its manifest, in the first engine that passes the self-test.

        ``engines`` None tries all that are installed. Raises ModelError: the message says what to do.
        """
        manifest = load_face_manifest(manifest_path)
        model = read_part(manifest_path.parent / manifest.file, manifest.sha256)
        failed: dict[str, Exception] = {}
        for engine in installed_engines() if engines is None else engines:
            try:
                detector = cls(manifest, open_model(model, engine, threads=1))
                detector.require_drawn_face()
            except ENGINE_FAULTS as error:
                failed[engine] = error
            else:
                return detector
        raise none_left(failed)

    def find(self, image: Image) -> tuple[Face, ...]:
        """The faces on an RGB uint8 image ``(height, width, 3)`` of any size, the surest first."""
        image = shrunk(image, _MOST_SIDE_PIXELS)
        height, width = image.shape[:2]
        found = [
            view.on_picture(face, width, height)
            for view in views(width, height)
            for face in self._found_in(view.of(image, self.manifest.side_pixels))
        ]
        return tuple(clipped(face) for face in one_a_face(found, self.manifest.overlap))

    def require_drawn_face(self) -> None:
        """Raise ModelMismatch where the engine does not see in the drawn face what it ought to."""
        side = self.manifest.side_pixels
        whole = View(0, 0, side).of(drawn_face(side), side)
        strays = abs(float(self._run(whole)[1].max()) - self.manifest.self_test_score)
        if not strays <= SELF_TEST_TOLERANCE:
            raise ModelMismatch(
                f"the face detector's self-test is off by {strays:.2f}: install the face detector again"
            )

    def _found_in(self, square: Image) -> list[Face]:
        offsets, score = self._run(square)
        sure = np.flatnonzero(score >= self.manifest.found_from)
        places = boxes(offsets[sure], self._centres[sure], self.manifest.side_pixels)
        faces = [face_of(place, at) for place, at in zip(places, score[sure], strict=True)]
        return one_a_face(faces, self.manifest.overlap)

    def _run(self, square: Image) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """One forward pass: float32 ``[anchors, 16]`` and scores ``[anchors]``, 0 to 1."""
        self._interpreter.set_tensor(self._input, square[np.newaxis].astype(np.float32) / 127.5 - 1)
        self._interpreter.invoke()
        offsets = self._interpreter.get_tensor(self._offsets)[0]
        return offsets, scores(self._interpreter.get_tensor(self._logits)[0, :, 0])

    def _checked_outputs(self) -> tuple[int, int]:
        """The tensors of boxes and of scores; they tell whether the manifest's anchors are this file's."""
        side, count = self.manifest.side_pixels, len(self._centres)
        taken = [tuple(map(int, tensor["shape"])) for tensor in self._interpreter.get_input_details()]
        given = {tuple(map(int, t["shape"])): int(t["index"]) for t in self._interpreter.get_output_details()}
        if taken != [(1, side, side, 3)] or set(given) != {(1, count, _NUMBERS_A_BOX), (1, count, 1)}:
            raise ModelMismatch(
                "the face detector has other shapes than its manifest says: install the face detector again"
            )
        return given[1, count, _NUMBERS_A_BOX], given[1, count, 1]


def require_shipped(manifest_path: Path = SHIPPED) -> None:
    """Check the detector's files without loading it, which costs a millisecond. Raises ModelError."""
    manifest = load_face_manifest(manifest_path)
    read_part(manifest_path.parent / manifest.file, manifest.sha256)
