"""What a frozen body sees in each photo, kept on disk between calls and after a break."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training.compare.backbones import frozen
from training.learn.treatments import Treatment
from training.photos.cache import shipped_crop
from training.photos.prepare import Prepared
from training.progress import counting

Features = NDArray[np.float32]
Pixels = NDArray[np.uint8]

_BATCH = 32


@dataclass(frozen=True)
class View:
    """How photos are shown to which body: ``treatment`` None shows them as they are."""

    backbone: str
    weights: Path
    side_pixels: int = 224
    treatment_name: str = "none"
    treatment: Treatment | None = None

    @property
    def name(self) -> str:
        """What the files of these features are called."""
        return f"{self.backbone}-{self.side_pixels}-{self.treatment_name}"


def features(prepared: Prepared, indices: NDArray[np.int64], view: View, folder: Path) -> Features:
    """Features of the photos ``indices``, float32 ``[indices, channels]``.

    Kept in ``folder`` as ``NAME.npy`` with a ``NAME.json`` that says of which pixels, weights and
    treatment, and how many are done: a call takes up where the last one stopped, and starts anew when
    one of these changed. Raises WeightsInvalid.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress = _Progress(folder / f"{view.name}.json", _fingerprint(prepared, indices, view))
    path, done = folder / f"{view.name}.npy", progress.done()
    if done < len(indices):
        body = frozen(view.backbone, view.weights, view.side_pixels)
        shape = (len(indices), body.output_shape[-1])
        found = np.lib.format.open_memmap(path, "r+" if done else "w+", np.float32, shape)
        with counting(view.name, len(indices) - done) as advance:
            for start in range(done, len(indices), _BATCH):
                chunk = indices[start : start + _BATCH]
                found[start : start + len(chunk)] = body.predict_on_batch(_shown(prepared, chunk, view))
                found.flush()
                progress.save(start + len(chunk))
                for _ in chunk:
                    advance()
    return np.asarray(np.load(path), np.float32)


@dataclass(frozen=True)
class _Progress:
    """How many photos are done of what ``mark`` stands for."""

    path: Path
    mark: str

    def done(self) -> int:
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        return int(kept["done"]) if kept["of"] == self.mark else 0

    def save(self, done: int) -> None:
        self.path.write_text(json.dumps({"of": self.mark, "done": done}), encoding="utf-8")


def _shown(prepared: Prepared, indices: NDArray[np.int64], view: View) -> Pixels:
    """The photos as the body is to see them: uint8 ``[indices, side, side, 3]``."""
    crops = shipped_crop(prepared.pixels[indices])
    if crops.shape[1] != view.side_pixels:
        size = (view.side_pixels, view.side_pixels)
        crops = np.stack([cv2.resize(crop, size, interpolation=cv2.INTER_AREA) for crop in crops])
    if view.treatment is not None:
        crops = np.stack([view.treatment(np.ascontiguousarray(crop)) for crop in crops])
    return crops


def _fingerprint(prepared: Prepared, indices: NDArray[np.int64], view: View) -> str:
    """Of pixels and weights, and of what the treatment makes of a few photos."""
    digest = hashlib.sha256(view.weights.read_bytes())
    for index in indices:
        digest.update(prepared.pixels[index].tobytes())
    digest.update(_shown(prepared, indices[:_BATCH], view).tobytes())
    return digest.hexdigest()
