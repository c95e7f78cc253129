"""What a card says in words that differ from network to network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from models.manifest import ModelInput


@dataclass(frozen=True)
class NetworkWords:
    """``network``, ``features`` and ``arithmetic`` fill the table on top; ``cost`` names what the arithmetic
    may cost; ``backbone_file`` is the file of ImageNet weights.
    """

    network: str
    features: str
    arithmetic: str
    cost: str
    backbone_file: str


NETWORKS = {
    "mobilenet": NetworkWords(
        network=(
            "MobileNet V1 1.0 (Howard et al. 2017, arXiv:1704.04861), ImageNet weights (Google, "
            "TensorFlow models, Apache-2.0)"
        ),
        features="7x7x1024",
        arithmetic=(
            "int8 weights (a scale a channel) and activations; the last epoch learned with both rounded"
            " as the file rounds them (Jacob et al. 2018, arXiv:1712.05877)"
        ),
        cost="int8",
        backbone_file="mobilenet_v1_imagenet_notop.weights.h5",
    ),
    "vgg16": NetworkWords(
        network=(
            "the 13 convolutions of VGG16 (Simonyan and Zisserman 2015, arXiv:1409.1556), ImageNet "
            "weights (Visual Geometry Group, Oxford, CC BY 4.0). The original's dense layers, 124 of "
            "its 138 million weights and half a gigabyte, are not there: they fit ImageNet's thousand "
            "classes and one size of photo; an average over the map and one layer take their place"
        ),
        features="7x7x512",
        arithmetic="weights in half precision, computed in single precision",
        cost="half precision",
        backbone_file="vgg16_imagenet_notop.weights.h5",
    ),
}
"""By backbone."""

_PHASES = {
    "head": "the head alone",
    "whole": "all but the first blocks",
    "rounded": "the same with int8's rounding",
}


def phases_in_words(plan: Mapping[str, Any]) -> str:
    """The phases of a training plan, as ``the head alone (1 epoch at 160 px), ...``."""
    return ", then ".join(
        f"{_PHASES[phase['name']]} ({_sides(phase['sides_pixels'])}, rate {phase['peak_rate']:g})"
        for phase in plan["phases"]
    )


def views_in_words(seen: ModelInput) -> str:
    """What the network sees of a photo."""
    crops = " and ".join(f"{crop:g}" for crop in seen.crops)
    mirrored = ", and their mirror images" if seen.mirrored else ""
    views = len(seen.crops) * (1 + seen.mirrored)
    return (
        f"RGB uint8 {seen.side_pixels}x{seen.side_pixels}, {views} views a photo: the centred squares of "
        f"{crops} of its short side{mirrored}; their answers are averaged"
    )


def _sides(sides: Sequence[int]) -> str:
    parts = [(len(list(epochs)), side) for side, epochs in groupby(sides)]
    return ", ".join(f"{count} epoch{'s' if count > 1 else ''} at {side} px" for count, side in parts)
