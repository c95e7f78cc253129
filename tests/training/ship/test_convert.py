"""The files that ship beside the networks they were made of, over pictures that the conversion never saw."""

from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from models.interpreter import Interpreter
from models.scoring import softmax
from training.learn.network import build
from training.ship.convert import to_float16

# TensorFlow's converter says so of a network whose representative photos it has yet to see.
pytestmark = pytest.mark.filterwarnings("ignore:Statistics for quantized inputs were expected:UserWarning")


def answers(file: bytes, pictures: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Logits ``[photos, outputs]`` and features ``[photos, height, width, channels]`` of a file."""
    interpreter = Interpreter(file, "litert", 1)
    outputs = [interpreter.run(picture[np.newaxis]) for picture in pictures]
    return np.stack([o.logits for o in outputs]), np.stack([o.features for o in outputs])


def test_the_int8_file_takes_bytes_and_gives_logits_and_features_as_numbers(
    int8_file: bytes, pictures_64: NDArray[np.uint8]
) -> None:
    interpreter = Interpreter(int8_file, "litert", 1)
    assert interpreter.input_shape == (1, 64, 64, 3)
    assert interpreter.outputs == 6
    outputs = interpreter.run(pictures_64[:1])
    assert (outputs.logits.dtype, outputs.logits.shape) == (np.float32, (6,))
    assert (outputs.features.dtype, outputs.features.shape) == (np.float32, (2, 2, 64))


def test_the_int8_file_answers_like_the_float_network(
    int8_file: bytes, network: Any, pictures_64: NDArray[np.uint8]
) -> None:
    fresh = pictures_64[10:]
    exact_logits, exact_features = network.predict_on_batch(fresh.astype(np.float32))
    logits, features = answers(int8_file, fresh)
    assert np.ptp(softmax(exact_logits, 1.0), axis=0).max() > 0.05, "the pictures are told apart"
    gaps = np.abs(softmax(logits, 1.0) - softmax(exact_logits, 1.0))
    off = np.abs(features - exact_features)
    assert gaps.mean() < 0.02
    assert gaps.max() < 0.1
    assert off.mean() < 0.06


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_the_float16_file_of_the_servers_network_takes_bytes_and_answers_like_it(
    pictures_64: NDArray[np.uint8],
) -> None:
    keras.utils.set_random_seed(2)
    network = build("vgg16", 4, None, 64)
    file = to_float16(network, 64)
    exact_logits, exact_features = network.predict_on_batch(pictures_64[:4].astype(np.float32))
    logits, features = answers(file, pictures_64[:4])
    assert logits.shape == (4, 4)
    assert features.shape == (4, 2, 2, 512)
    assert softmax(logits, 1.0) == pytest.approx(softmax(exact_logits, 1.0), abs=0.02)
    assert features == pytest.approx(exact_features, abs=0.02 * float(exact_features.max()))
    weights = sum(weight.size for weight in network.get_weights())
    assert 2 * weights < len(file) < 2.1 * weights, "two bytes a weight"
