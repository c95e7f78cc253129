"""MobileNet V1 1.0 with a new head: photos in, logits and the last feature map out.

Howard et al. 2017, arXiv:1704.04861. The only other modules that know Keras are
``train`` and ``quantize``.
"""

from pathlib import Path
from typing import Any

import keras

from training.errors import WeightsInvalid

HEAD = "head"
"""The name of the layer that scores."""

_DROPOUT = 0.3
_LAST_FROZEN = "conv_pw_3_relu"
"""Edges and colours are learned well enough: freezing them saves two fifths of a step."""


def build(classes: int, weights: Path | None, side_pixels: int | None) -> Any:
    """A Keras model from RGB 0 to 255 ``[n, side, side, 3]`` to ``[logits, features]``.

    ``logits`` is float32 ``[n, classes]``, ``features`` float32 ``[n, side/32,
    side/32, 1024]``. ``weights`` is the ImageNet file without its top, None for a
    network that is filled later. ``side_pixels`` None takes any multiple of 32.
    Raises WeightsInvalid.
    """
    shape = (side_pixels, side_pixels, 3)
    body = keras.applications.MobileNet(weights=None, include_top=False, input_shape=shape)
    if weights is not None:
        _start_from(body, weights)
    photo = keras.Input(shape)
    features = body(keras.layers.Rescaling(1 / 127.5, offset=-1)(photo))
    pooled = keras.layers.GlobalAveragePooling2D(keepdims=True)(features)
    scored = keras.layers.Conv2D(classes, 1, name=HEAD)(keras.layers.Dropout(_DROPOUT)(pooled))
    return keras.Model(photo, [keras.layers.Flatten()(scored), features])


def over_scaled_pixels(model: Any) -> Any:
    """The same layers over pixels that are -1 to 1 already, for the conversion to int8.

    The scale of the file's uint8 input then is the rescaling, instead of two rounded
    operations over every pixel. The pooling is one whose int8 arithmetic is the same
    in every engine; a mean's is not. Both together halve how far two engines differ.
    """
    scaled = keras.Input(model.input_shape[1:])
    features = _body(model)(scaled)
    pooled = keras.layers.AveragePooling2D(model.output_shape[1][1])(features)
    return keras.Model(scaled, [keras.layers.Flatten()(model.get_layer(HEAD)(pooled)), features])


def learn_only_head(model: Any) -> None:
    """Hold the whole body still."""
    _body(model).trainable = False


def learn_all_but_edges(model: Any) -> None:
    """Let the head and all blocks after the first three learn."""
    body = _body(model)
    body.trainable = True
    names = [layer.name for layer in body.layers]
    for layer in body.layers[: names.index(_LAST_FROZEN) + 1]:
        layer.trainable = False


def _start_from(body: Any, weights: Path) -> None:
    try:
        body.load_weights(weights)
    except (OSError, ValueError) as error:
        raise WeightsInvalid(f"{weights} does not fit MobileNet V1 1.0 without its top: {error}") from error


def _body(model: Any) -> Any:
    return next(layer for layer in model.layers if layer.name.startswith("mobilenet"))
