"""A trained network to the model that ships: converted, calibrated, described, and set beside its parent."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.conditions import Catalogue
from models.context import Context
from models.manifest import ModelInput
from models.preprocess import preprocess
from training.errors import PreparedInvalid
from training.learn.network import build
from training.photos.labels import Kind
from training.photos.prepare import Prepared
from training.photos.row import told_of
from training.run import FACTS, QUANTIZED, WEIGHTS
from training.ship.agreement import Agreement, compare
from training.ship.calibrate import CalibratePhotos, Calibration, calibrate
from training.ship.context import learn_context
from training.ship.convert import to_float16, to_int8
from training.ship.known_features import learn_known_features
from training.ship.outputs import outputs_of
from training.ship.release import Release, write_release

SHIPPED_INPUTS = {
    "mobilenet": ModelInput(side_pixels=224, crops=(0.875,), mirrored=True),
    "vgg16": ModelInput(side_pixels=224, crops=(0.875,), mirrored=True),
}
"""What each network sees of a photo. Of the calibrate photos the mirror image got one or two in a hundred
more right; nearer views beside the whole got fewer."""

TOLD = ("vgg16",)
"""Which models are told age and body site where they are known; the kiosk's own asks nobody."""

KNOWN_PHOTOS: dict[str, int] = {"mobilenet": 3000, "vgg16": 1000}
"""Photos that say where features of known skin lie; VGG16 takes 0.31 s for each on two x86-64 cores."""

COMPARED_PHOTOS: dict[str, int | None] = {"mobilenet": None, "vgg16": 300}
"""Test photos that are set beside the float network; None for all of them."""

_REPRESENTATIVE_PHOTOS, _SEED = 300, 1


@dataclass(frozen=True)
class Quantizing:
    """``prepared`` is what the network was ``trained`` on."""

    prepared: Prepared
    trained: Path
    catalogue: Catalogue


def quantize(order: Quantizing, path: Path, version: str) -> dict[str, Any]:
    """Write the model at ``path`` with its manifest, features and groups, as ``version``.

    Returns the calibration and the agreement with the float network on the test split, and keeps both
    as QUANTIZED in the run's folder. Raises PreparedInvalid.
    """
    network, backbone = trained_network(order)
    wanted = SHIPPED_INPUTS[backbone]
    model = _convert(network, backbone, order.prepared)
    learned = order.prepared.known("train")
    known = learn_known_features(
        outputs_of(model, order.prepared, _some(learned, KNOWN_PHOTOS[backbone]), wanted).features
    )
    classes = order.prepared.classes
    context = _context(order.prepared) if backbone in TOLD else None
    photos = _calibrate_photos(model, order, wanted, context)
    calibration = calibrate(photos, known, classes, order.catalogue)
    if context:
        context = context.model_copy(update={"strength": calibration.strength})
    release = Release(model, known, wanted, classes, calibration, context)
    write_release(release, order.prepared, path, version)
    agreement = _agreement(network, model, order, backbone, calibration)
    facts = {"calibration": asdict(calibration), "agreement": asdict(agreement)}
    (order.trained / QUANTIZED).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    return facts


def trained_network(order: Quantizing) -> tuple[Any, str]:
    """The network in the run's folder at full size, and its backbone. Raises PreparedInvalid."""
    try:
        facts = json.loads((order.trained / FACTS).read_text(encoding="utf-8"))
        backbone, classes = facts["backbone"], tuple(facts["classes"])
        network = build(backbone, len(classes) + 1, None, SHIPPED_INPUTS[backbone].side_pixels)
        network.load_weights(order.trained / WEIGHTS)
    except (OSError, ValueError, KeyError) as error:
        raise PreparedInvalid(f"{order.trained} holds no network, run kiosk-train train: {error}") from error
    if classes != order.prepared.classes:
        raise PreparedInvalid(f"{order.trained} was trained on other conditions: train again on this folder")
    return network, backbone


def _convert(network: Any, backbone: str, prepared: Prepared) -> bytes:
    wanted = SHIPPED_INPUTS[backbone]
    if backbone != "mobilenet":
        return to_float16(network, wanted.side_pixels)
    chosen = _some(prepared.known("train"), _REPRESENTATIVE_PHOTOS)
    shown = [preprocess(prepared.pixels[i], wanted) for i in chosen]
    return to_int8(network, np.concatenate(shown))


def _context(prepared: Prepared) -> Context:
    learned = prepared.known("train")
    rows = [prepared.rows[i] for i in learned]
    return learn_context(rows, prepared.targets(learned), len(prepared.classes))


def _calibrate_photos(
    model: bytes, order: Quantizing, wanted: ModelInput, context: Context | None
) -> CalibratePhotos:
    prepared = order.prepared

    def through(indices: NDArray[np.int64]) -> Any:
        return outputs_of(model, prepared, indices, wanted)

    known = prepared.known("calibrate")
    # Skin that was never learned is scarce; what the train split keeps of it was not learned from either.
    strangers = np.concatenate(
        [prepared.of_kind(split, Kind.NEVER_LEARNED) for split in ("train", "calibrate")]
    )
    not_skin = prepared.of_kind("calibrate", Kind.NOT_SKIN)
    truth = prepared.targets(known)
    shifts = None if context is None else np.stack([context.shift(told_of(prepared.rows[i])) for i in known])
    return CalibratePhotos(through(known), truth, through(strangers), through(not_skin), shifts)


def _agreement(
    network: Any, model: bytes, order: Quantizing, backbone: str, calibration: Calibration
) -> Agreement:
    """The file beside the float network, both over the same views of test photos."""
    wanted = SHIPPED_INPUTS[backbone]
    indices = _some(order.prepared.known("test"), COMPARED_PHOTOS[backbone])
    exact = np.stack([_float_logits(network, preprocess(order.prepared.pixels[i], wanted)) for i in indices])
    shipped = outputs_of(model, order.prepared, indices, wanted).logits
    shift = calibration.temperature * np.array(calibration.balance, np.float32)
    truth = order.prepared.targets(indices)
    return compare(exact[:, :-1] + shift, shipped[:, :-1] + shift, truth, calibration.temperature)


def _float_logits(network: Any, views: NDArray[np.uint8]) -> NDArray[np.float32]:
    logits = network.predict_on_batch(views.astype(np.float32))[0]
    return np.asarray(logits.mean(axis=0), np.float32)


def _some(indices: NDArray[np.int64], photos: int | None) -> NDArray[np.int64]:
    """As many of ``indices``, the same each time; None for all."""
    fewer = len(indices) if photos is None else min(photos, len(indices))
    chosen = np.random.default_rng(_SEED).choice(indices, fewer, replace=False)
    return np.asarray(np.sort(chosen), np.int64)
