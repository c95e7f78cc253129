"""tflite-runtime says what LiteRT says.

tflite-runtime ends at Python 3.11 and numpy below 2, so it runs in a Python of its
own: one that has it, numpy<2, pydantic and opencv-python-headless.
"""

import base64
import json
import os
from pathlib import Path

import numpy as np
import pytest

import device
from models.classifier import Classifier
from models.decode import decode
from models.interpreter import Interpreter
from models.manifest import SHIPPED, load_manifest, read_model
from models.preprocess import preprocess
from models.scoring import softmax

PYTHON = os.environ.get("SKIN_KIOSK_TFLITE_PYTHON", "")
SAMPLES = sorted((Path(device.__file__).parent / "samples").glob("*.jpg"))
TAKEN_AGAIN = 25
TOP_AGREEMENT = 0.98

# In 99 of 100 photos; XNNPACK rounds int8 otherwise, and the one left differs by 11/256.
TOP_SCORE_DIFFERENCE = 10 / 256

pytestmark = pytest.mark.skipif(
    not PYTHON,
    reason="SKIN_KIOSK_TFLITE_PYTHON names no Python that has tflite-runtime 2.14 and numpy below 2",
)

PROGRAM = """
import base64, json, sys
from pathlib import Path
import numpy as np
from models.classifier import Classifier
from models.interpreter import Interpreter
from models.manifest import SHIPPED, load_manifest, read_model

pixels = np.load(sys.argv[1])
photos = [base64.b64decode(photo) for photo in json.loads(Path(sys.argv[2]).read_text())]
model = read_model(load_manifest(SHIPPED), SHIPPED.parent)
logits = {}
for name, delegates, some in (("reference", False, pixels[::20]), ("shipped", True, pixels)):
    interpreter = Interpreter(model, "tflite-runtime", 2, delegates)
    logits[name] = [interpreter.run(one).logits.tolist() for one in some]
classifier = Classifier.load()
best = [classifier.classify(classifier.decode(photo)).candidates[0] for photo in photos]
print(json.dumps({
    "numpy": np.__version__,
    "engines": list(classifier.engines),
    "logits": logits,
    "best": [[one.condition, one.score] for one in best],
}))
"""


@pytest.fixture(scope="module")
def photos(pictures):
    """Two hundred photos: each sample turned, mirrored, cropped and relit, as one may take it again."""
    rng = np.random.default_rng(9)
    return [
        pictures.jpeg(taken_again(decode(sample.read_bytes(), 256), number, rng))
        for sample in SAMPLES
        for number in range(TAKEN_AGAIN)
    ]


def taken_again(image, number, rng):
    turned = np.rot90(image, number % 4)[:, :: -1 if number % 2 else 1]
    height, width = (int(side * rng.uniform(0.75, 1)) for side in turned.shape[:2])
    top, left = rng.integers(0, turned.shape[0] - height + 1), rng.integers(0, turned.shape[1] - width + 1)
    relit = turned[top : top + height, left : left + width] * rng.uniform(0.85, 1.15, 3)
    return relit.clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def pixels(photos, classifier):
    """The photos as the network wants them, the same bytes for both engines."""
    wanted = classifier.manifest.input
    return np.stack([preprocess(classifier.decode(photo), wanted)[:1] for photo in photos])


@pytest.fixture(scope="module")
def other(photos, pixels, tmp_path_factory, module_child):
    """What tflite-runtime says."""
    folder = tmp_path_factory.mktemp("parity")
    np.save(folder / "pixels.npy", pixels)
    encoded = [base64.b64encode(photo).decode() for photo in photos]
    (folder / "photos.json").write_text(json.dumps(encoded), encoding="utf-8")
    printed = module_child.run(PROGRAM, folder / "pixels.npy", folder / "photos.json", python=PYTHON)
    return json.loads(printed)


def scores_of(logits):
    return softmax(np.array(logits, np.float32), load_manifest(SHIPPED).temperature)


def test_the_other_engine_is_tflite_runtime_with_an_old_numpy(other):
    assert "tflite-runtime" in other["engines"]
    assert int(other["numpy"].split(".")[0]) < 2


def test_with_delegates_off_both_compute_identical_logits(other, pixels):
    model = read_model(load_manifest(SHIPPED), SHIPPED.parent)
    reference = Interpreter(model, "litert", 2, delegates=False)
    ours = np.stack([reference.run(one).logits for one in pixels[::20]])
    assert np.array_equal(ours, np.array(other["logits"]["reference"], np.float32))


def test_as_shipped_both_say_the_same_of_the_same_pixels(other, pixels):
    interpreter = Interpreter(read_model(load_manifest(SHIPPED), SHIPPED.parent), "litert", 2)
    ours = scores_of([interpreter.run(one).logits for one in pixels])
    theirs = scores_of(other["logits"]["shipped"])
    assert np.mean(ours.argmax(axis=1) == theirs.argmax(axis=1)) >= TOP_AGREEMENT
    assert np.quantile(np.abs(ours.max(axis=1) - theirs.max(axis=1)), 0.99) <= TOP_SCORE_DIFFERENCE


def test_as_shipped_both_say_the_same_of_the_same_photos(other, photos):
    classifier = Classifier.load(engines=("litert",))
    ours = [classifier.classify(classifier.decode(photo)).candidates[0] for photo in photos]
    agree = [best.condition == code for best, (code, _) in zip(ours, other["best"], strict=True)]
    apart = [abs(best.score - score) for best, (_, score) in zip(ours, other["best"], strict=True)]
    assert np.mean(agree) >= TOP_AGREEMENT
    assert np.quantile(apart, 0.99) <= TOP_SCORE_DIFFERENCE
