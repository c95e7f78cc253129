"""Frozen ImageNet bodies: RGB pixels in, the mean of the last feature map out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

from training.compare.efficientnet_lite import efficientnet_lite0
from training.learn import network as learned


def _learned(name: str) -> Callable[[Path | None, Any], Any]:
    """The body that training starts from, unlearned of skin."""

    def features(weights: Path | None, photo: Any) -> Any:
        backbone = learned.BACKBONES[name]
        body = backbone.body(photo.shape[1])
        if weights is not None:
            backbone.start_from(body, weights)
        return body(photo)

    return features


def _efficientnet_lite0(weights: Path | None, photo: Any) -> Any:
    return efficientnet_lite0(weights, photo.shape[1])((photo - 127) / 128)


BACKBONES: dict[str, Callable[[Path | None, Any], Any]] = {
    "mobilenet": _learned("mobilenet"),
    "efficientnet_lite0": _efficientnet_lite0,
    "vgg16": _learned("vgg16"),
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
