"""Kernels rounded so that what a layer says on the mean stays what it was."""

from typing import Any

import numpy as np
import pytest

from training.ship.rounding import round_kernel, settle_rounding

RNG = np.random.default_rng(4)
STEPS = 127


def steps_of(kernel: Any, axes: tuple[int, ...]) -> Any:
    return kernel / (np.abs(kernel).max(axis=axes, keepdims=True) / STEPS)


@pytest.mark.parametrize(("shape", "axes"), [((1, 1, 32, 8), (0, 1, 2)), ((3, 3, 16, 1), (0, 1))])
def test_a_rounded_kernel_lies_on_the_steps_of_its_channel(
    shape: tuple[int, ...], axes: tuple[int, ...]
) -> None:
    kernel = RNG.normal(size=shape).astype(np.float32)
    rounded = round_kernel(kernel)
    in_steps = steps_of(rounded, axes)
    assert np.abs(in_steps - in_steps.round()).max() < 1e-3
    assert np.abs(rounded - kernel).max() <= 1.01 * (np.abs(kernel).max(axis=axes) / STEPS).max()


def test_rounding_twice_is_rounding_once() -> None:
    kernel = RNG.normal(size=(3, 3, 16, 1)).astype(np.float32)
    once = round_kernel(kernel)
    assert round_kernel(once) == pytest.approx(once, abs=1e-6)


def test_an_edge_filter_still_adds_up_to_what_it_did() -> None:
    kernel = RNG.normal(size=(3, 3, 200, 1)).astype(np.float32)
    kernel -= kernel.mean(axis=(0, 1), keepdims=True)
    steps = np.abs(kernel).max(axis=(0, 1, 3)) / STEPS
    off = np.abs(round_kernel(kernel).sum(axis=(0, 1, 3)) / steps)
    naive = np.abs((np.round(kernel[..., 0] / steps) * steps).sum(axis=(0, 1)) / steps)
    assert off.max() <= 0.51
    assert naive.max() > 1


def test_a_drift_of_many_channels_goes_into_the_bias() -> None:
    import keras

    photos = RNG.uniform(0, 1, (6, 8, 8, 3)).astype(np.float32)
    image = keras.Input((8, 8, 3))
    first = keras.layers.Conv2D(24, 3, padding="same", bias_initializer="ones")
    second = keras.layers.DepthwiseConv2D(3, padding="same")
    third = keras.layers.Conv2D(5, 1)
    six = keras.layers.ReLU(6.0)
    model = keras.Model(image, third(six(second(six(first(image))))))
    wanted = np.asarray(model(photos))
    settle_rounding(model, photos)
    settled = np.asarray(model(photos))
    assert settled.mean(axis=(0, 1, 2)) == pytest.approx(wanted.mean(axis=(0, 1, 2)), abs=0.01)
    assert settled == pytest.approx(wanted, abs=0.1)
    for layer in (first, second, third):
        kernel = layer.get_weights()[0]
        assert round_kernel(kernel) == pytest.approx(kernel, abs=1e-6)
