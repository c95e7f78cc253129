"""ImageNet weights by Keras' own networks: what a body starts from."""

import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from training.errors import WeightsInvalid


def imagenet_network(make: Callable[..., Any], weights: Path | str) -> Any:
    """Keras' network ``make`` (as ``keras.applications.VGG16``) without its top, filled from ``weights``.

    ``weights`` is a file, or "imagenet" to fetch Keras' own. Raises WeightsInvalid.
    """
    try:
        # Keras tells of its downloads on stdout, which belongs to results.
        with redirect_stdout(sys.stderr):
            return make(weights=weights, include_top=False, input_shape=(224, 224, 3))
    except Exception as error:
        # Where the fetch fails, Keras raises nothing narrower.
        raise WeightsInvalid(
            f"{weights} does not fit {make.__name__} without its top, or cannot be had: "
            f"name a file with --weights ({error})"
        ) from error
