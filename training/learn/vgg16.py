"""VGG16's thirteen convolutions, the server's network (Simonyan and Zisserman 2015, arXiv:1409.1556).

The original's dense layers, 124 of its 138 million weights and half a gigabyte, are left out: they fit
ImageNet's thousand classes and one size of photo. A small head over the averaged map takes their place.
"""

from pathlib import Path
from typing import Any

import keras

from training.learn.imagenet import imagenet_network

_BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Filters and number of convolutions of each block; a block ends in a halving of the map."""

_MEANS = (123.68, 116.779, 103.939)
"""ImageNet's mean red, green and blue, which the weights want subtracted."""

_LEARN_FROM = "block4_conv1"
"""Forward and backward through the first three blocks is six tenths of a step and teaches little."""


def body(side_pixels: int | None) -> Any:
    """RGB 0 to 255 ``[n, side, side, 3]`` to the last feature map ``[n, side/32, side/32, 512]``."""
    photo = keras.Input((side_pixels, side_pixels, 3))
    shown = keras.layers.Rescaling(1.0, offset=[-mean for mean in _MEANS])(photo)
    for block, (filters, convolutions) in enumerate(_BLOCKS, start=1):
        for number in range(1, convolutions + 1):
            name = f"block{block}_conv{number}"
            shown = keras.layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(shown)
        shown = keras.layers.MaxPooling2D(name=f"block{block}_pool")(shown)
    return keras.Model(photo, shown, name="vgg16")


def start_from(body: Any, weights: Path | str) -> None:
    """Fill the body from ImageNet weights without their top: a file, or "imagenet" to fetch Keras' own.

    Raises WeightsInvalid.
    """
    given = imagenet_network(keras.applications.VGG16, weights)
    for layer in body.layers:
        if isinstance(layer, keras.layers.Conv2D):
            layer.set_weights(given.get_layer(layer.name).get_weights())
    first = body.get_layer("block1_conv1")
    kernel, bias = first.get_weights()
    # The weights want blue first, photos have red first.
    first.set_weights([kernel[:, :, ::-1], bias])


def hold_edges(body: Any) -> None:
    """Hold the first three blocks still; the last two learn."""
    names = [layer.name for layer in body.layers]
    for number, layer in enumerate(body.layers):
        layer.trainable = number >= names.index(_LEARN_FROM)
