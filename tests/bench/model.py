"""What the model's work costs on its own: decode, preprocess, inference."""

import statistics
from collections.abc import Iterator

from figure import Figure, milliseconds
from large_photo import large_photo

from models.classifier import Classifier
from models.preprocess import preprocess

TWELVE_MEGAPIXELS = (4032, 3024)


def figures(short: bool) -> Iterator[Figure]:
    """Decode, preprocess and inference against the bare interpreter's invoke, interleaved."""
    classifier = Classifier.load()
    photo = large_photo(TWELVE_MEGAPIXELS, 9.0, 92)
    whole, prepared, bare = [], [], []
    for _ in range(10 if short else 50):
        whole.append(milliseconds(lambda: classifier.classify(classifier.decode(photo))))
        image = classifier.decode(photo)
        prepared.append(
            milliseconds(
                lambda image=image: classifier.interpreter.run(preprocess(image, classifier.manifest.input))
            )
        )
        bare.append(milliseconds(classifier.interpreter.invoke))
    size = f"{len(photo) / 1e6:.1f} MB"
    yield Figure(
        f"12-megapixel JPEG ({size}): decode, preprocess, inference",
        statistics.median(whole),
        60,
        "ms",
        of_the_machine=True,
    )
    ratio = statistics.median(prepared) / statistics.median(bare)
    yield Figure("preprocess and inference, to the bare invoke", ratio, 3, "x")
    yield Figure("bare invoke", statistics.median(bare), None, "ms")
