"""Thresholds are chosen on photos made of arithmetic, and recounted by the rules that a kiosk follows."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from models.conditions import Catalogue, Urgency, load_catalogue
from models.decision import Candidate, decide
from models.finding import urgency_of
from models.manifest import Manifest, ModelInput, Strangeness, Thresholds
from models.scoring import score
from models.strangeness import NONE_OF_THESE, KnownFeatures
from training.judge.figures import auroc
from training.ship.calibrate import (
    DECLINED_SHARE,
    FLAGGED_NEVI,
    STRANGERS_SHARE,
    CalibratePhotos,
    Calibration,
    calibrate,
    inconclusive_below,
    look_soon_from,
)
from training.ship.known_features import learn_known_features
from training.ship.outputs import FileOutputs
from training.ship.temperature import best_temperature

RNG = np.random.default_rng(0)
Make = Callable[..., CalibratePhotos]


@pytest.fixture
def features(skin: Callable[..., tuple[FileOutputs, NDArray[np.int64]]]) -> KnownFeatures:
    """Where the features of the train split lie, by as few axes as they vary along."""
    whole = learn_known_features(skin(600, 8)[0].features)
    return KnownFeatures(whole.mean, whole.spread, whole.axes[:, :6])


def manifest_of(found: Calibration, classes: tuple[str, ...]) -> Manifest:
    return Manifest(
        name="test", version="1", kind="classifier", file="m.tflite", sha256="0" * 64, licence="CC0",
        input=ModelInput(side_pixels=32, crops=(0.875,)), preprocessing="p", conditions=classes,
        temperature=found.temperature, balance=found.balance,
        thresholds=Thresholds(
            inconclusive_below=found.inconclusive_below, none_from=found.none_from,
            look_soon_from=found.look_soon_from,
        ),
        strangeness=Strangeness(file="m.npz", sha256="0" * 64, bias=found.bias, weights=found.weights),
        self_test_scores=(0.0,) * (len(classes) + 1),
    )  # fmt: skip


def scores_of(outputs: FileOutputs, manifest: Manifest, features: KnownFeatures) -> NDArray[np.float64]:
    pairs = zip(outputs.logits, outputs.features, strict=True)
    return np.stack([score(logits, feature, manifest, features) for logits, feature in pairs])


def verdicts(
    scores: NDArray[np.float64], manifest: Manifest, catalogue: Catalogue
) -> list[tuple[bool, bool, Urgency]]:
    """Of each photo: declined as a stranger, declined at all, how urgent; as a kiosk says it."""
    found = []
    for row in scores:
        named = sorted(zip((*manifest.conditions, NONE_OF_THESE), row, strict=True), key=lambda p: -p[1])
        candidates = tuple(Candidate(name, float(value)) for name, value in named)
        decision = decide(candidates, manifest.thresholds, catalogue)
        strange = decision.inconclusive and str(decision.reason).startswith("Unlike")
        found.append((strange, decision.inconclusive, urgency_of(candidates, decision, catalogue)))
    return found


def test_the_temperature_that_the_logits_were_scaled_by_is_found() -> None:
    honest = RNG.normal(0, 2, (4000, 5))
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    truth = np.array([RNG.choice(5, p=p) for p in chances])
    assert best_temperature((honest * 1.7).astype(np.float32), truth) == pytest.approx(1.7, abs=0.1)


def test_about_an_eighth_of_the_photos_is_declined() -> None:
    top = RNG.uniform(0.2, 1, 1000)
    assert (top < inconclusive_below(top)).mean() == pytest.approx(0.12, abs=0.005)


def test_the_warning_is_the_smallest_score_that_few_enough_moles_reach() -> None:
    totals = np.linspace(0, 0.999, 1000)
    threshold, flagged = look_soon_from(totals, np.zeros(1000, bool))
    assert flagged == (totals >= threshold).mean() <= FLAGGED_NEVI < (totals >= threshold - 0.002).mean()


def test_moles_that_are_warned_of_in_any_case_leave_room_for_fewer_others() -> None:
    totals = np.linspace(0, 0.999, 1000)
    warned = np.arange(1000) % 5 == 0
    threshold, flagged = look_soon_from(totals, warned)
    assert flagged == (warned | (totals >= threshold)).mean() <= FLAGGED_NEVI
    assert threshold > look_soon_from(totals, np.zeros(1000, bool))[0] + 0.1


def test_where_these_alone_are_too_many_nothing_more_is_flagged() -> None:
    assert look_soon_from(np.linspace(0, 0.9, 10), np.arange(10) < 5) == (1.0, 0.5)


def test_without_moles_any_malignant_score_warns() -> None:
    assert look_soon_from(np.zeros(0), np.zeros(0, bool)) == (0.0, 0.0)


def test_strangers_score_high_on_none_of_these_and_known_skin_low(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...],
    skin: Callable[..., tuple[FileOutputs, NDArray[np.int64]]], strangers: Callable[..., FileOutputs],
) -> None:  # fmt: skip
    manifest = manifest_of(calibrate(calibrate_photos(), features, classes, load_catalogue()), classes)
    known = scores_of(skin(400, 21)[0], manifest, features)[:, -1]
    strange = scores_of(strangers(400, 22), manifest, features)[:, -1]
    assert np.median(known) < 0.05
    assert np.median(strange) > 0.9
    assert auroc(strange, known) > 0.97


@pytest.mark.parametrize("sureness", [1.5, 3.0, 5.0])
def test_the_shares_of_a_calibration_are_those_that_the_kiosks_own_rules_give(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...], sureness: float
) -> None:
    catalogue, photos = load_catalogue(), calibrate_photos(sureness)
    found = calibrate(photos, features, classes, catalogue)
    manifest = manifest_of(found, classes)
    told = verdicts(scores_of(photos.known, manifest, features), manifest, catalogue)
    strange, declined = (np.array([verdict[n] for verdict in told]) for n in (0, 1))
    nevi = photos.truth == classes.index("nevus")
    urgent = np.array([verdict[2] in (Urgency.EMERGENCY, Urgency.SOON) for verdict in told])
    assert found.declined_as_strangers == strange.mean() <= STRANGERS_SHARE
    assert found.declined == declined.mean() == pytest.approx(DECLINED_SHARE, abs=0.01)
    assert found.flagged_nevi == urgent[nevi].mean() <= FLAGGED_NEVI


def test_the_warning_is_no_later_than_it_must_be(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...]
) -> None:
    catalogue, photos = load_catalogue(), calibrate_photos(1.5)
    found = calibrate(photos, features, classes, catalogue)
    assert found.look_soon_from > 0
    earlier = replace(found, look_soon_from=round(found.look_soon_from - 0.001, 3))
    manifest = manifest_of(earlier, classes)
    nevi = photos.truth == classes.index("nevus")
    told = verdicts(scores_of(photos.known, manifest, features)[nevi], manifest, catalogue)
    assert np.mean([urgency is Urgency.SOON for _, _, urgency in told]) > FLAGGED_NEVI


def test_a_network_that_is_too_sure_is_cooled_beside_its_strangers_too(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...]
) -> None:
    photos = calibrate_photos()
    hot = replace(photos, known=FileOutputs(photos.known.logits * 2, photos.known.features))
    once, twice = (calibrate(each, features, classes, load_catalogue()) for each in (photos, hot))
    assert twice.temperature == pytest.approx(2 * once.temperature, rel=0.1)


def test_without_strangers_nothing_known_is_taken_for_one_beyond_the_share(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...]
) -> None:
    none = FileOutputs(np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32))
    photos = replace(calibrate_photos(), never_learned=none, not_skin=none)
    found = calibrate(photos, features, classes, load_catalogue())
    assert np.isfinite([found.bias, *found.weights.values()]).all()
    assert found.declined_as_strangers <= STRANGERS_SHARE
    assert scores_of(photos.known, manifest_of(found, classes), features)[:, -1].max() < 0.05


def test_a_model_without_moles_is_held_to_the_share_of_what_else_is_harmless(
    calibrate_photos: Make, features: KnownFeatures
) -> None:
    classes = ("melanoma", "basal_cell_carcinoma", "dermatofibroma", "benign_keratosis", "acne")
    catalogue, photos = load_catalogue(), calibrate_photos()
    found = calibrate(photos, features, classes, catalogue)
    manifest = manifest_of(found, classes)
    told = verdicts(scores_of(photos.known, manifest, features)[photos.truth >= 2], manifest, catalogue)
    assert found.flagged_nevi == np.mean([urgency is Urgency.SOON for _, _, urgency in told]) <= FLAGGED_NEVI


def test_what_was_found_stands_in_the_manifest_to_the_last_digit(
    calibrate_photos: Make, features: KnownFeatures, classes: tuple[str, ...]
) -> None:
    found = calibrate(calibrate_photos(), features, classes, load_catalogue())
    manifest = manifest_of(found, classes)
    again = Manifest.model_validate_json(manifest.model_dump_json())
    assert again == manifest
    assert again.strangeness is not None
    assert (again.temperature, again.strangeness.bias) == (found.temperature, found.bias)
    assert dict(again.strangeness.weights) == found.weights
    assert set(found.weights) == {"none_odds", "doubt", "distance"}
