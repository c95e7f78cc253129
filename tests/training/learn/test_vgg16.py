"""The server's body beside Keras' own VGG16, with the same unlearned weights."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.errors import WeightsInvalid
from training.learn import vgg16

# Keras saves TensorFlow's variables by a call that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")


@pytest.fixture(scope="module")
def theirs() -> Any:
    keras.utils.set_random_seed(2)
    return keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))


@pytest.fixture(scope="module")
def body(theirs: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    weights = tmp_path_factory.mktemp("weights") / "vgg16.weights.h5"
    theirs.save_weights(weights)
    made = vgg16.body(64)
    vgg16.start_from(made, weights)
    weights.unlink()
    return made


def photos() -> NDArray[np.float32]:
    """Red is bright and blue is dark, so that their order matters."""
    levels = np.array([200, 120, 40]) + np.random.default_rng(8).normal(0, 30, (2, 64, 64, 3))
    return np.asarray(levels.clip(0, 255), np.float32)


def test_red_first_it_gives_what_keras_own_gives_for_blue_first(theirs: Any, body: Any) -> None:
    features = body.predict_on_batch(photos())
    wanted = keras.applications.vgg16.preprocess_input(photos().copy())
    expected = theirs.predict_on_batch(wanted)
    assert features.shape == (2, 2, 2, 512)
    most = float(expected.max())
    assert features == pytest.approx(expected, abs=1e-3 * most)
    swapped = body.predict_on_batch(photos()[..., ::-1])
    assert np.abs(swapped - expected).max() > 0.05 * most


def test_the_first_three_blocks_are_held_still_and_the_last_two_learn(body: Any) -> None:
    vgg16.hold_edges(body)
    convolutions = [layer for layer in body.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.name[5] for layer in convolutions if not layer.trainable] == list("1122333")
    assert [layer.name[5] for layer in convolutions if layer.trainable] == list("444555")


def test_what_is_no_weights_file_is_refused_by_its_name(tmp_path: Path) -> None:
    wrong = tmp_path / "other.weights.h5"
    wrong.write_bytes(b"no weights")
    with pytest.raises(WeightsInvalid, match=r"other\.weights\.h5 does not fit VGG16 without its top"):
        vgg16.start_from(vgg16.body(32), wrong)
