"""A body with a small new head: photos in, logits and the last feature map out."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from training.learn import mobilenet, vgg16

HEAD = "head"
"""The name of the layer that scores."""

_DROPOUT = 0.2


@dataclass(frozen=True)
class Backbone:
    """What a body of one kind can do; the functions' own docstrings say how.

    ``normalised`` puts a layer normalisation between it and the head.
    """

    body: Callable[[int | None], Any]
    start_from: Callable[[Any, Path | str], None]
    hold_edges: Callable[[Any], None]
    normalised: bool = False


BACKBONES = {
    "mobilenet": Backbone(mobilenet.body, mobilenet.start_from, mobilenet.hold_edges),
    # Nothing in VGG16 bounds its maps. A batch normalisation would keep the statistics of the weights that
    # learn, which are not those of their average.
    "vgg16": Backbone(vgg16.body, vgg16.start_from, vgg16.hold_edges, normalised=True),
}
"""Each backbone by the name that settings and training runs give it."""


def build(backbone: str, classes: int, weights: Path | str | None, side_pixels: int | None) -> Any:
    """A Keras model from RGB 0 to 255 ``[n, side, side, 3]`` to ``[logits, features]``.

    ``logits`` is float32 ``[n, classes]``, ``features`` the body's last map. ``weights`` is the
    ImageNet file without its top, "imagenet" to fetch it, None for a network that is filled
    later. ``side_pixels`` None takes any multiple of 32. Raises WeightsInvalid.
    """
    body = BACKBONES[backbone].body(side_pixels)
    if weights is not None:
        BACKBONES[backbone].start_from(body, weights)
    photo = keras.Input((side_pixels, side_pixels, 3))
    features = body(photo)
    pooled = keras.layers.GlobalAveragePooling2D()(features)
    if BACKBONES[backbone].normalised:
        pooled = keras.layers.LayerNormalization()(pooled)
    scored = keras.layers.Dense(classes, name=HEAD)(keras.layers.Dropout(_DROPOUT)(pooled))
    return keras.Model(photo, [scored, features])


def body_of(model: Any, backbone: str) -> Any:
    """The body inside a model that ``build`` made."""
    return model.get_layer(backbone)
