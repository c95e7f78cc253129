"""The frozen bodies, unlearned: shapes, sizes, scales and wrong files."""

from pathlib import Path

import numpy as np
import pytest

from training.compare.backbones import BACKBONES, frozen
from training.compare.efficientnet_lite import efficientnet_lite0
from training.errors import WeightsInvalid

PUBLISHED_PARAMETERS = 4_652_008
TOP = 1280 * 1000 + 1000


def test_efficientnet_lite0_has_the_published_parameters_and_output() -> None:
    body = efficientnet_lite0(None, 224)
    assert body.output_shape == (None, 7, 7, 1280)
    counted = sum(int(np.prod(weight.shape)) for weight in body.trainable_weights)
    assert counted == PUBLISHED_PARAMETERS - TOP


@pytest.mark.parametrize(
    ("name", "channels"), [("mobilenet", 1024), ("efficientnet_lite0", 1280), ("vgg16", 512)]
)
def test_a_body_gives_a_row_of_features_a_photo_and_learns_nothing(name: str, channels: int) -> None:
    body = frozen(name, None, 32)
    photos = np.random.default_rng(1).integers(0, 256, (2, 32, 32, 3), np.uint8)
    features = body.predict_on_batch(photos)
    assert features.shape == (2, channels)
    assert np.isfinite(features).all()
    assert body.trainable_weights == []


@pytest.mark.parametrize("name", BACKBONES)
def test_a_weights_file_of_something_else_is_refused(name: str, tmp_path: Path) -> None:
    wrong = tmp_path / "other.weights.h5"
    wrong.write_bytes(b"no weights")
    with pytest.raises(WeightsInvalid, match=r"other\.weights"):
        frozen(name, wrong, 32)
