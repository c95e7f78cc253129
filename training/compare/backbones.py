"""Frozen ImageNet bodies: RGB pixels in, the mean of the last feature map out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from training.compare.efficientnet_lite import efficientnet_lite0
from training.errors import WeightsInvalid

_VGG_MEANS = np.array([103.939, 116.779, 123.68], np.float32)
"""Of ImageNet's blue, green and red (Simonyan and Zisserman 2014, arXiv:1409.1556)."""


def _mobilenet(weights: Path | None, photo: Any) -> Any:
    body = keras.applications.MobileNet(weights=None, include_top=False, input_shape=photo.shape[1:])
    return _filled(body, weights)(photo / 127.5 - 1)


def _vgg16(weights: Path | None, photo: Any) -> Any:
    body = keras.applications.VGG16(weights=None, include_top=False, input_shape=photo.shape[1:])
    return _filled(body, weights)(keras.ops.flip(photo, -1) - _VGG_MEANS)


def _efficientnet_lite0(weights: Path | None, photo: Any) -> Any:
    return efficientnet_lite0(weights, photo.shape[1])((photo - 127) / 128)


BACKBONES: dict[str, Callable[[Path | None, Any], Any]] = {
    "mobilenet": _mobilenet,
    "efficientnet_lite0": _efficientnet_lite0,
    "vgg16": _vgg16,
}
"""Name to a function from the weights file and the pixels' input to the last feature map."""


def frozen(name: str, weights: Path | None, side_pixels: int) -> Any:
    """The body ``name`` of BACKBONES: a Keras model from RGB 0 to 255 ``[n, side, side, 3]`` to
    features, float32 ``[n, channels]``.

    ``side_pixels`` is a multiple of 32. ``weights`` is its ImageNet file: Keras's own without a top, for
    EfficientNet-Lite0 that of PyTorch; None leaves the body unlearned. Raises WeightsInvalid.
    """
    photo = keras.Input((side_pixels, side_pixels, 3), dtype="float32")
    pooled = keras.layers.GlobalAveragePooling2D()(BACKBONES[name](weights, photo))
    model = keras.Model(photo, pooled)
    model.trainable = False
    # Compiling for the machine (XLA) makes a step several times slower on a CPU.
    model.compile(jit_compile=False)
    return model


def _filled(body: Any, weights: Path | None) -> Any:
    try:
        if weights is not None:
            body.load_weights(weights)
    except (OSError, ValueError) as error:
        raise WeightsInvalid(f"{weights} does not fit {body.name} without its top: {error}") from error
    return body
