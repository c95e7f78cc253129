"""A folded layer beside Keras' own convolution, batch normalisation and ReLU6."""

from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.learn.folded import LARGEST_ACTIVATION, Folded

RNG = np.random.default_rng(4)
STEP = LARGEST_ACTIVATION / 255


def photos() -> NDArray[np.float32]:
    return np.asarray(np.random.default_rng(9).normal(0.5, 2, (3, 9, 9, 4)), np.float32)


def pair(depthwise: bool, stride: int) -> tuple[Folded, Any]:
    """The layer, and Keras' three in its place with the same weights."""
    folded = Folded(6, 3, stride, depthwise)
    convolve = (
        keras.layers.DepthwiseConv2D(3, stride, "same", use_bias=False)
        if depthwise
        else keras.layers.Conv2D(6, 3, stride, "same", use_bias=False)
    )
    normalise = keras.layers.BatchNormalization(epsilon=1e-3, momentum=0.99)
    three = keras.Sequential([convolve, normalise, keras.layers.ReLU(6.0)])
    three.build((None, 9, 9, 4))
    folded.build((None, 9, 9, 4))
    channels = 4 if depthwise else 6
    kept = [RNG.uniform(0.5, 2, channels).astype(np.float32) for _ in range(4)]
    normalise.set_weights(kept)
    folded.start_from(convolve.get_weights()[0], kept)
    return folded, three


KINDS = pytest.mark.parametrize(("depthwise", "stride"), [(False, 1), (False, 2), (True, 1), (True, 2)])


@KINDS
def test_a_layer_is_convolution_normalisation_and_relu6(depthwise: bool, stride: int) -> None:
    folded, three = pair(depthwise, stride)
    answer = np.array(folded(photos(), training=False))
    assert answer == pytest.approx(np.array(three(photos(), training=False)), abs=1e-4)
    assert (answer > 0.1).any()


@KINDS
def test_while_it_learns_it_normalises_by_the_batch_and_keeps_statistics(
    depthwise: bool, stride: int
) -> None:
    folded, three = pair(depthwise, stride)
    answer = np.array(folded(photos(), training=True))
    assert answer == pytest.approx(np.array(three(photos(), training=True)), abs=1e-4)
    assert np.abs(answer - np.array(folded(photos(), training=False))).max() > 0.1
    for kept, there in zip(folded.normalise.get_weights(), three.layers[1].get_weights(), strict=True):
        assert kept == pytest.approx(there, abs=1e-5)


@KINDS
def test_held_still_it_uses_the_kept_statistics_even_in_training(depthwise: bool, stride: int) -> None:
    folded, _ = pair(depthwise, stride)
    expected = np.array(folded(photos(), training=False))
    before = folded.normalise.get_weights()
    folded.trainable = False
    assert np.array(folded(photos(), training=True)) == pytest.approx(expected, abs=1e-4)
    for kept, there in zip(before, folded.normalise.get_weights(), strict=True):
        assert (kept == there).all()


@KINDS
def test_folded_it_gives_multiples_of_an_int8_step_near_the_exact_answer(
    depthwise: bool, stride: int
) -> None:
    folded, _ = pair(depthwise, stride)
    exact = np.array(folded(photos(), training=False))
    folded.folded = True
    answer = np.array(folded(photos(), training=True))
    assert answer / STEP == pytest.approx(np.round(answer / STEP), abs=1e-3)
    assert np.abs(answer - exact).mean() < 2 * STEP
    assert (answer != exact).any()


@KINDS
def test_a_plain_convolution_with_the_folded_weights_gives_the_same(depthwise: bool, stride: int) -> None:
    folded, _ = pair(depthwise, stride)
    kernel, bias = folded.folded_weights()
    convolve = keras.ops.depthwise_conv if depthwise else keras.ops.conv
    plain = keras.ops.relu6(convolve(photos(), kernel, stride, "same") + bias)
    assert np.array(folded(photos(), training=False)) == pytest.approx(np.array(plain), abs=1e-4)


@pytest.mark.parametrize("depthwise", [False, True])
def test_the_rounded_kernel_has_at_most_255_steps_a_channel(depthwise: bool) -> None:
    from training.learn.folded import _rounded_kernel

    kernel = RNG.normal(0, 1, (3, 3, 40, 1 if depthwise else 6)).astype(np.float32)
    kernel *= RNG.uniform(0.1, 10, (1, 1, 40, 1) if depthwise else (1, 1, 1, 6)).astype(np.float32)
    rounded = np.array(_rounded_kernel(keras.ops.convert_to_tensor(kernel), depthwise))
    axes = (0, 1, 3) if depthwise else (0, 1, 2)
    steps = rounded / (np.abs(kernel).max(axis=axes, keepdims=True) / 127)
    assert steps == pytest.approx(np.round(steps), abs=1e-2)
    assert np.abs(steps).max() == pytest.approx(127, abs=1e-2)


@KINDS
def test_gradients_pass_the_rounding(depthwise: bool, stride: int) -> None:
    import tensorflow as tf

    folded, _ = pair(depthwise, stride)
    gradients = {}
    for rounds in (False, True):
        folded.folded = rounds
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(folded(photos(), training=False))
        gradients[rounds] = tape.gradient(loss, folded.trainable_weights)
    for exact, rounded in zip(gradients[False], gradients[True], strict=True):
        one, other = np.ravel(exact), np.ravel(rounded)
        assert one @ other > 0.95 * np.linalg.norm(one) * np.linalg.norm(other) > 0
