"""The kiosk's body beside Keras' own MobileNet, with the same unlearned weights."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from training.errors import WeightsInvalid
from training.learn import folded, mobilenet
from training.learn.folded import LARGEST_ACTIVATION, Folded

# Keras saves TensorFlow's variables by a call that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")


@pytest.fixture(scope="module")
def theirs() -> Any:
    """Keras' MobileNet with normalisations that are not the identity."""
    keras.utils.set_random_seed(1)
    model = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(64, 64, 3))
    rng = np.random.default_rng(3)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            layer.set_weights(
                [
                    gamma * rng.uniform(0.8, 1.6, gamma.shape), beta + rng.uniform(0, 0.5, beta.shape),
                    mean + rng.normal(0, 0.1, mean.shape), variance * rng.uniform(0.3, 1.5, variance.shape),
                ]
            )  # fmt: skip
    return model


@pytest.fixture(scope="module")
def body(theirs: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    weights = tmp_path_factory.mktemp("weights") / "mobilenet.weights.h5"
    theirs.save_weights(weights)
    made = mobilenet.body(64)
    mobilenet.start_from(made, weights)
    return made


def photos() -> NDArray[np.float32]:
    return np.random.default_rng(8).integers(0, 256, (2, 64, 64, 3)).astype(np.float32)


def test_started_from_a_file_it_gives_the_features_of_keras_own(theirs: Any, body: Any) -> None:
    features = body.predict_on_batch(photos())
    assert features.shape == (2, 2, 2, 1024)
    assert features == pytest.approx(theirs.predict_on_batch(photos() / 127.5 - 1), abs=1e-3)
    assert 0 <= features.min() < features.max() <= LARGEST_ACTIVATION
    assert features.std() > 0.01


def test_the_plain_network_over_scaled_pixels_gives_the_same(body: Any) -> None:
    plain = mobilenet.plain(body, 64)
    assert plain.predict_on_batch(photos() / 127.5 - 1) == pytest.approx(
        body.predict_on_batch(photos()), abs=1e-3
    )
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in plain.layers)


def test_edges_are_held_still_and_the_rest_learns(body: Any) -> None:
    mobilenet.hold_edges(body)
    learns = {layer.name: layer.trainable for layer in body.layers if isinstance(layer, Folded)}
    still = [name for name, trainable in learns.items() if not trainable]
    assert still == ["conv1", *(f"conv_{kind}_{n}" for n in (1, 2, 3) for kind in ("dw", "pw"))]
    assert len(learns) == 27


def test_folding_and_the_kept_share_reach_every_layer() -> None:
    body = mobilenet.body(32)
    folded.fold(body)
    folded.keep_statistics(body, 0.75)
    layers = [layer for layer in body.layers if isinstance(layer, Folded)]
    assert all(layer.folded for layer in layers)
    assert {layer.normalise.momentum for layer in layers} == {0.75}


@pytest.mark.parametrize("content", [b"", b"no weights", b"\x89HDF\r\n\x1a\n" + bytes(200)])
def test_what_is_no_weights_file_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    wrong = tmp_path / "other.weights.h5"
    wrong.write_bytes(content)
    with pytest.raises(WeightsInvalid, match=r"other\.weights\.h5 does not fit MobileNet without its top"):
        mobilenet.start_from(mobilenet.body(32), wrong)


def test_weights_that_are_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(WeightsInvalid, match="name a file"):
        mobilenet.start_from(mobilenet.body(32), tmp_path / "nowhere.weights.h5")


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    narrow = keras.applications.MobileNet(
        weights=None, include_top=False, input_shape=(32, 32, 3), alpha=0.25
    )
    narrow.save_weights(tmp_path / "narrow.weights.h5")
    with pytest.raises(WeightsInvalid):
        mobilenet.start_from(mobilenet.body(32), tmp_path / "narrow.weights.h5")


def test_weights_that_cannot_be_fetched_are_refused_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(**_: Any) -> Any:
        # So Keras says it: with a bare Exception.
        raise Exception("URL fetch failure on https://example.org: None -- unreachable")

    fetch.__name__ = "MobileNet"
    monkeypatch.setattr(keras.applications, "MobileNet", fetch)
    with pytest.raises(WeightsInvalid, match=r"name a file with --weights \(URL fetch failure"):
        mobilenet.start_from(mobilenet.body(32), "imagenet")
