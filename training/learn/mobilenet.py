"""MobileNet V1 1.0, the kiosk's network (Howard et al. 2017, arXiv:1704.04861)."""

from pathlib import Path
from typing import Any

import keras

from training.learn.folded import LARGEST_ACTIVATION, Folded, folded_layers
from training.learn.imagenet import imagenet_network

_BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
"""Filters and stride of the thirteen pairs of depthwise and pointwise convolutions."""

_LEARN_FROM = "conv_dw_4"
"""Edges and colours before it are learned well enough: leaving them as they are saves a quarter of a step."""


def body(side_pixels: int | None) -> Any:
    """RGB 0 to 255 ``[n, side, side, 3]`` to the last feature map ``[n, side/32, side/32, 1024]``, 0 to 6."""
    photo = keras.Input((side_pixels, side_pixels, 3))
    shown = keras.layers.Rescaling(1 / 127.5, offset=-1)(photo)
    shown = Folded(32, 3, 2, name="conv1")(shown)
    for number, (filters, stride) in enumerate(_BLOCKS, start=1):
        shown = Folded(0, 3, stride, depthwise=True, name=f"conv_dw_{number}")(shown)
        shown = Folded(filters, 1, 1, name=f"conv_pw_{number}")(shown)
    return keras.Model(photo, shown, name="mobilenet")


def start_from(body: Any, weights: Path | str) -> None:
    """Fill the body from ImageNet weights without their top: a file, or "imagenet" to fetch Keras' own.

    Raises WeightsInvalid.
    """
    given = imagenet_network(keras.applications.MobileNet, weights)
    for layer in folded_layers(body):
        (kernel,) = given.get_layer(layer.name).get_weights()
        layer.start_from(kernel, given.get_layer(f"{layer.name}_bn").get_weights())


def hold_edges(body: Any) -> None:
    """Hold the first convolution and the first three pairs still; all others learn."""
    names = [layer.name for layer in body.layers]
    for number, layer in enumerate(body.layers):
        layer.trainable = number >= names.index(_LEARN_FROM)


def plain(body: Any, side_pixels: int) -> Any:
    """The same function in plain convolutions, over pixels that are -1 to 1 already, for the conversion.

    The scale of the file's uint8 input then is the rescaling, instead of two rounded operations over
    every pixel.
    """
    scaled = shown = keras.Input((side_pixels, side_pixels, 3))
    for layer in folded_layers(body):
        if layer.depthwise:
            convolution = keras.layers.DepthwiseConv2D(layer.size, layer.stride, "same", name=layer.name)
        else:
            convolution = keras.layers.Conv2D(
                layer.filters, layer.size, layer.stride, "same", name=layer.name
            )
        shown = keras.layers.ReLU(LARGEST_ACTIVATION)(convolution(shown))
        convolution.set_weights(layer.folded_weights())
    return keras.Model(scaled, shown)
