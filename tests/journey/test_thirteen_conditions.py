"""A clinic's own photos become the kiosk's model: folders, training, int8, judgement, the page of a case."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import keras
import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from dashboard import create_app
from dashboard.parts import parts_of
from device.capture import Capture
from device.case import Role
from device.config import load_settings
from device.store import Store, open_store
from models.classifier import Classifier
from models.conditions import Catalogue, load_catalogue
from models.examiner import Examiner
from models.finding import Guidance
from models.manifest import ModelInput
from models.percent import percent
from models.strangeness import NONE_OF_THESE
from training.cli import main
from training.learn.plan import PLANS, Phase, Plan
from training.photos.prepare import FEWEST_PHOTOS
from training.ship.quantize import SHIPPED_INPUTS

pytestmark = [
    # Keras saves TensorFlow's variables by a call that numpy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning"),
    # TensorFlow's converter says so of a network whose representative photos it has yet to see.
    pytest.mark.filterwarnings("ignore:Statistics for quantized inputs were expected:UserWarning"),
]

SIDE_PIXELS = 64
NO_SKIN = 8
PLAN = Plan(
    phases=(Phase("whole", (SIDE_PIXELS,) * 3, 2e-3, 0.3), Phase("rounded", (SIDE_PIXELS,), 1e-4, 0.5)),
    steps_an_epoch=20,
)


@dataclass(frozen=True)
class Clinic:
    """The photos of a clinic, a folder a condition, and the model that was made of them."""

    photos: Path
    model: Path
    figures: dict[str, Any]


def photograph(number: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """BGR ``[128, 128, 3]``: clouds in the colour of condition ``number``, every second one with stripes."""
    clouds = cv2.resize(
        rng.uniform(0, 1, (12, 12)).astype(np.float32), (128, 128), interpolation=cv2.INTER_CUBIC
    )
    if number % 2:
        y, x = np.mgrid[0:128, 0:128]
        angle = rng.uniform(0, np.pi)
        clouds = clouds * (np.sin((np.cos(angle) * x + np.sin(angle) * y) * 0.8) > 0)
    colour = np.zeros((128, 128, 3), np.uint8)
    colour[..., 0] = (number // 2 * 26 + rng.integers(-4, 5)) % 180
    colour[..., 1] = 190
    colour[..., 2] = (90 + 150 * clouds).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_HSV2BGR), np.uint8)


def kiosk_train(*words: object) -> Any:
    told = CliRunner().invoke(main, [str(word) for word in words])
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def unlearned(prepared: Path, folder: Path) -> Path:
    """A weights file of a MobileNet that learned nothing yet but the statistics of the photos.

    Some dozens of steps are too few for them.
    """
    keras.utils.set_random_seed(1)
    network = keras.applications.MobileNet(
        weights=None, include_top=False, input_shape=(SIDE_PIXELS,) * 2 + (3,)
    )
    for layer in network.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = 0.0
    some = np.load(prepared / "pixels.npy", mmap_mode="r")[::5, ::4, ::4]
    network(some.astype(np.float32) / 127.5 - 1, training=True)
    network.save_weights(folder / "unlearned.weights.h5")
    return folder / "unlearned.weights.h5"


@pytest.fixture(scope="module")
def catalogue_of_all() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def clinic(catalogue_of_all: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """Twenty photos of each condition and a few of no skin, prepared, learned, quantized and judged."""
    folder = tmp_path_factory.mktemp("clinic")
    photos, prepared, trained, model = (folder / name for name in ("photos", "prepared", "run", "own.tflite"))
    codes = tuple(catalogue_of_all.conditions)
    rng = np.random.default_rng(11)
    for number, name in enumerate((*codes, "non_skin_photo")):
        (photos / name).mkdir(parents=True)
        for n in range(FEWEST_PHOTOS if name in codes else NO_SKIN):
            picture = (
                photograph(number, rng) if name in codes else rng.integers(0, 256, (128, 128, 3), np.uint8)
            )
            cv2.imwrite(str(photos / name / f"{n}.jpg"), picture)
    kiosk_train("prepare", "--images", photos, "--out", prepared, "--licence", "CC0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PLANS, "mobilenet", lambda epochs, seed: PLAN)
        patch.setitem(SHIPPED_INPUTS, "mobilenet", ModelInput(side_pixels=SIDE_PIXELS, crops=(0.875, 0.5)))
        made_of = ("--prepared", prepared)
        kiosk_train(
            "train", "mobilenet", *made_of, "--out", trained, "--weights", unlearned(prepared, folder)
        )
        kiosk_train("quantize", *made_of, "--trained", trained, "--model", model, "--release", "2026.11.1")
    figures = kiosk_train("evaluate", "--model", model, "--images", photos, "--split", "test", "--json")
    return Clinic(photos, model.with_suffix(".json"), figures)


@pytest.fixture(scope="module")
def own_classifier(clinic: Clinic) -> Classifier:
    return Classifier.load(clinic.model, engines=("litert",), threads=1)


def test_the_file_that_ships_knows_all_thirteen_conditions_and_tells_them_apart(
    clinic: Clinic, own_classifier: Classifier, catalogue_of_all: Catalogue
) -> None:
    assert len(catalogue_of_all.conditions) == 13
    assert own_classifier.manifest.conditions == tuple(catalogue_of_all.conditions)
    assert own_classifier.interpreter.outputs == 14
    assert set(clinic.figures["per_condition"]) == set(catalogue_of_all.conditions)
    assert all(found["n"] > 0 for found in clinic.figures["per_condition"].values())
    assert clinic.figures["accuracy"] > 6 / 13, "six times as good as guessing"


def test_the_page_of_a_case_names_the_condition_and_its_estimate(
    clinic: Clinic, own_classifier: Classifier, catalogue_of_all: Catalogue, tmp_path: Path
) -> None:
    examiner = Examiner(own_classifier, lambda: Guidance(catalogue_of_all.red_flags))
    code, photo = estimated(clinic, examiner)
    settings = load_settings(tmp_path / "home", None, {"simulate": True, "storage": {"reserve_megabytes": 0}})
    store = open_store(tmp_path / "home")
    app = create_app(settings, store)
    case_id = classified(store, examiner, photo)
    phone = app.test_client()
    phone.get("/pair/" + store.phones.add(Role.STAFF, "a phone").link)
    page = phone.get(f"/cases/{case_id}").text
    case = phone.get(f"/api/v1/cases/{case_id}").json
    parts_of(app).stop()
    store.close()

    first = case["prediction"]["candidates"][0]
    assert first["condition"] == code
    assert f"Most likely: {catalogue_of_all[code].name} ({percent(first['score'])})." in page
    shown = {c["condition"] for c in case["prediction"]["candidates"]}
    assert shown == {*own_classifier.manifest.conditions, NONE_OF_THESE}
    for each in own_classifier.manifest.conditions:
        assert f'data-condition="{each}"' in page
    assert case["prediction"]["model"]["sha256"] == own_classifier.manifest.sha256


def estimated(clinic: Clinic, examiner: Examiner) -> tuple[str, bytes]:
    """The condition and the photo of which the model is surest, and right."""
    surest = (0.0, "", b"")
    for path in sorted(clinic.photos.glob("*/0.jpg")):
        examination = examiner.examine(path.read_bytes())
        best = examination.prediction.candidates[0]
        if not examination.decision.inconclusive and best.condition == path.parent.name:
            surest = max(surest, (best.score, best.condition, path.read_bytes()))
    assert surest[1], "no photo is told right"
    return surest[1:]


def classified(store: Store, examiner: Examiner, photo: bytes) -> str:
    """The id of the case of a photo that came from a phone."""
    case = store.receive_photo(photo)
    Capture(None, examiner, store, lambda *_: None).tell(case)  # type: ignore[arg-type]
    return case.id
