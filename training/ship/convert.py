"""A trained network to a TFLite file: uint8 photos in, float logits and features out."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from training.learn.mobilenet import plain
from training.learn.network import HEAD, body_of
from training.ship.rounding import settle_rounding

_SETTLED_PHOTOS = 96
"""Whose maps at every layer fit into memory twice."""


def to_int8(model: Any, photos: NDArray[np.uint8]) -> bytes:
    """MobileNet with int8 weights (a scale a channel) and activations.

    ``photos``, uint8 ``[n, 224, 224, 3]``, show it the range of each activation.
    """
    converter = tf.lite.TFLiteConverter.from_keras_model(_over_scaled_pixels(model, photos))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _representative(photos)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.float32
    return _converted(converter)


def to_float16(model: Any, side_pixels: int) -> bytes:
    """Any network with its weights in half precision; it computes in single precision."""
    photo = keras.Input((side_pixels, side_pixels, 3), dtype="uint8")
    logits, features = model(keras.ops.cast(photo, "float32"))
    converter = tf.lite.TFLiteConverter.from_keras_model(keras.Model(photo, [logits, features]))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.target_spec.supported_types = [tf.float16]
    return _converted(converter)


def _converted(converter: Any) -> bytes:
    # Keras lists every variable that it exports on stdout, which belongs to results.
    with redirect_stdout(io.StringIO()):
        return bytes(converter.convert())


def _over_scaled_pixels(model: Any, photos: NDArray[np.uint8]) -> Any:
    """The network over pixels from -1 to 1, its kernels rounded, pooled so that every engine rounds alike."""
    side_pixels = photos.shape[1]
    bare = plain(body_of(model, "mobilenet"), side_pixels)
    settle_rounding(bare, photos[:_SETTLED_PHOTOS].astype(np.float32) / 127.5 - 1)
    kernel, bias = model.get_layer(HEAD).get_weights()
    scoring = keras.layers.Conv2D(kernel.shape[1], 1)
    pooled = keras.layers.AveragePooling2D(side_pixels // 32)(bare.output)
    logits = keras.layers.Flatten()(scoring(pooled))
    scoring.set_weights([kernel[np.newaxis, np.newaxis], bias])
    return keras.Model(bare.input, [logits, bare.output])


def _representative(photos: NDArray[np.uint8]) -> Iterator[list[NDArray[np.float32]]]:
    """The photos from -1 to 1, both ends in each, so that the input's scale is exactly 2/255."""
    for photo in photos:
        scaled = photo[np.newaxis].astype(np.float32) / 127.5 - 1
        scaled[0, 0, 0, :2] = (-1, 1)
        yield [scaled]
