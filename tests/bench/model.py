"""What the model's work costs on its own: decode, preprocess, inference."""

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from figure import Figure, milliseconds
from large_photo import large_photo

import models
from models.classifier import Classifier
from models.preprocess import preprocess

TWELVE_MEGAPIXELS = (4032, 3024)


def figures(short: bool) -> Iterator[Figure]:
    """Each shipped classifier against the bare interpreter's invoke, interleaved; then a whole photo."""
    for manifest in _classifiers():
        yield from _against_invoke(Classifier.load(manifest), 10 if short else 50)
    yield from _whole_photo(Classifier.load(), 10 if short else 50)


def _classifiers() -> list[Path]:
    """The manifests of every classifier that ships; faces have a file of their own."""
    manifests = sorted(Path(models.__file__).parent.glob("*.json"))
    return [path for path in manifests if json.loads(path.read_text())["kind"] == "classifier"]


def _against_invoke(classifier: Classifier, rounds: int) -> Iterator[Figure]:
    image = classifier.decode(large_photo((640, 480), 9.0, 92))
    view = preprocess(image, classifier.manifest.input)[:1]
    bare, one, all_views = [], [], []
    for _ in range(rounds):
        bare.append(milliseconds(classifier.interpreter.invoke))
        one.append(milliseconds(lambda: classifier.interpreter.run(view)))
        all_views.append(milliseconds(lambda: classifier.classify(image)))
    name, invoke = classifier.manifest.name, statistics.median(bare)
    views = len(preprocess(image, classifier.manifest.input))
    yield Figure(f"{name}: one forward pass, to the bare invoke", statistics.median(one) / invoke, 1.1, "x")
    yield Figure(
        f"{name}: preprocess, {views} views and scores, to one invoke",
        statistics.median(all_views) / invoke,
        3 if views < 4 else 6,
        "x",
    )
    yield Figure(f"{name}: bare invoke, {classifier.interpreter.threads} threads", invoke, None, "ms")


def _whole_photo(classifier: Classifier, rounds: int) -> Iterator[Figure]:
    photo = large_photo(TWELVE_MEGAPIXELS, 9.0, 92)
    whole = [milliseconds(lambda: classifier.classify(classifier.decode(photo))) for _ in range(rounds)]
    yield Figure(
        f"12-megapixel JPEG ({len(photo) / 1e6:.1f} MB): decode, preprocess, inference",
        statistics.median(whole),
        60,
        "ms",
        of_the_machine=True,
    )
