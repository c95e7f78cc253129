"""Kernels rounded so that what a layer says on the mean stays what it was.

The first layers are ImageNet's and did not learn with the rounding. Two of their habits make it costly: an
edge filter is large numbers that cancel, so its rounded numbers must still add up to the same; and a sum over
many channels drifts, so the bias must take the drift back (bias correction, Nagel et al. 2019,
arXiv:1906.04721).
"""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from training.learn.folded import ACTIVATION_STEP, KERNEL_LEVELS, LARGEST_ACTIVATION

Floats = NDArray[np.float32]


def settle_rounding(model: Any, photos: Floats) -> None:
    """Round the kernels of a chain of convolutions and ReLU6 in place, and correct each bias.

    ``photos``, float ``[n, side, side, 3]`` as the model takes them, say what each layer's inputs are. The
    kernels then lie on the steps that the conversion to int8 will choose.
    """
    exact = rounded = photos
    for layer in model.layers:
        if not isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
            continue
        wanted = np.asarray(layer(exact))
        kernel, bias = layer.get_weights()
        in_steps = round_kernel(kernel)
        layer.set_weights([in_steps, bias])
        said = np.asarray(layer(rounded))
        drift = (wanted - said).mean(axis=(0, 1, 2))
        layer.set_weights([in_steps, bias + drift])
        exact = wanted.clip(0, LARGEST_ACTIVATION)
        rounded = _rounded_activation(said + drift)


def round_kernel(kernel: Floats) -> Floats:
    """In 255 steps a channel, symmetric about 0; a depthwise kernel keeps its sum to half a step.

    ``kernel`` is ``[height, width, in, out]``, depthwise ``[height, width, in, 1]``.
    """
    depthwise = kernel.shape[3] == 1
    channels = kernel.reshape(-1, kernel.shape[2]) if depthwise else kernel.reshape(-1, kernel.shape[3])
    step = np.maximum(np.abs(channels).max(axis=0), 1e-6) / KERNEL_LEVELS
    whole = np.round(channels / step)
    if depthwise:
        whole = _keep_sums(channels / step, whole)
    return np.asarray((whole * step).reshape(kernel.shape), np.float32)


def _keep_sums(exact: Floats, whole: Floats) -> Floats:
    """Round the numbers that are nearest to it the other way, until each column's sum is right."""
    whole = whole.copy()
    for column in range(whole.shape[1]):
        missing = round(float((exact[:, column] - whole[:, column]).sum()))
        if not missing:
            continue
        towards = np.sign(missing)
        lacking = towards * (exact[:, column] - whole[:, column])
        movable = np.where(np.abs(whole[:, column] + towards) <= KERNEL_LEVELS, lacking, -np.inf)
        whole[np.argsort(-movable)[: abs(missing)], column] += towards
    return whole


def _rounded_activation(said: Floats) -> Floats:
    steps = np.round(said.clip(0, LARGEST_ACTIVATION) / ACTIVATION_STEP)
    return np.asarray(steps * ACTIVATION_STEP, np.float32)
