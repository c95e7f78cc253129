"""A trained network to the file that ships: int8 inside, uint8 photos in, float scores out."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from models.conditions import Catalogue
from training.errors import PreparedInvalid
from training.learn.network import HEAD, build, over_scaled_pixels
from training.photos.cache import SHIPPED_INPUT, shipped_crop
from training.photos.prepare import Prepared
from training.run import FACTS, QUANTIZED, WEIGHTS
from training.ship.agreement import compare
from training.ship.refit import refit_head
from training.ship.release import calibrate_model, describe, features_of, logits_of, release

_REPRESENTATIVE, _FITTED, _SEED = 300, 3000, 1
_BATCH = 32


def quantize(
    prepared: Prepared, trained: Path, catalogue: Catalogue, model_path: Path, version: str
) -> dict[str, Any]:
    """Convert, calibrate and write the model at ``model_path`` with its manifest and groups.

    Returns the calibration and the agreement with the float network on the test
    split, and keeps both as ``QUANTIZED`` in ``trained``. Raises PreparedInvalid.
    """
    network, classes = trained_network(trained)
    if classes != prepared.classes:
        raise PreparedInvalid(f"{trained} was trained on other conditions: train again on this folder")
    indices = prepared.known("test")
    photos = shipped_crop(prepared.pixels[indices])
    exact = _logits(network, photos)
    fit_head_to_int8(network, prepared)
    model = to_int8(network, prepared)
    calibration = calibrate_model(model, prepared, catalogue)
    manifest = describe(model, model_path.name, version, classes, calibration)
    release(model, manifest, prepared, model_path.parent)
    agreement = compare(exact, logits_of(model, photos), prepared.targets(indices), calibration.temperature)
    facts = {"calibration": asdict(calibration), "agreement": asdict(agreement)}
    (trained / QUANTIZED).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def trained_network(trained: Path) -> tuple[Any, tuple[str, ...]]:
    """The network in the folder ``trained`` at 224 pixels, and its classes. Raises PreparedInvalid."""
    try:
        classes = tuple(json.loads((trained / FACTS).read_text(encoding="utf-8"))["classes"])
        network = build(len(classes), None, SHIPPED_INPUT.side_pixels)
        network.load_weights(trained / WEIGHTS)
    except (OSError, ValueError, KeyError) as error:
        raise PreparedInvalid(f"{trained} holds no network, run kiosk-train train: {error}") from error
    return network, classes


def to_int8(network: Any, prepared: Prepared) -> bytes:
    """The TFLite file: uint8 input, float32 outputs, ranges from photos of the train split."""
    photos = shipped_crop(prepared.pixels[_some(prepared, _REPRESENTATIVE)])
    converter = tf.lite.TFLiteConverter.from_keras_model(over_scaled_pixels(network))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: _representative(photos)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.float32
    return bytes(converter.convert())


def fit_head_to_int8(network: Any, prepared: Prepared) -> None:
    """Change the head of ``network`` so that it answers on int8 features as it did on float ones."""
    photos = shipped_crop(prepared.pixels[_some(prepared, _FITTED)])
    features = features_of(to_int8(network, prepared), photos)
    head = network.get_layer(HEAD)
    kernel, bias = head.get_weights()
    fitted, shift = refit_head(features, _logits(network, photos), kernel[0, 0], bias)
    head.set_weights([fitted[np.newaxis, np.newaxis], shift])


def _logits(network: Any, photos: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(network.predict(photos, batch_size=_BATCH, verbose=0)[0], np.float32)


def _some(prepared: Prepared, photos: int) -> NDArray[np.int64]:
    """As many photos of the train split, the same each time."""
    learned = prepared.known("train")
    chosen = np.random.default_rng(_SEED).choice(learned, min(photos, len(learned)), replace=False)
    return np.asarray(np.sort(chosen), np.int64)


def _representative(photos: NDArray[np.uint8]) -> Iterator[list[NDArray[np.float32]]]:
    """The photos from -1 to 1, both ends in each, so that the input's scale is exactly 2/255."""
    for photo in photos:
        scaled = photo[np.newaxis].astype(np.float32) / 127.5 - 1
        scaled[0, 0, 0, :2] = (-1, 1)
        yield [scaled]
