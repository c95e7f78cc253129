"""None of these: what lies far from known skin, says so itself or is doubtful, is a stranger."""

import numpy as np
import pytest

from models.errors import ModelMismatch
from models.manifest import SHIPPED, Strangeness, load_manifest
from models.scoring import score, softmax
from models.strangeness import KnownFeatures, measures, none_scores

RNG = np.random.default_rng(1)
PLANE = RNG.normal(size=(2, 12))
KNOWN = KnownFeatures(np.zeros(12), np.ones(12), np.linalg.qr(PLANE.T)[0])


def photos(*logits):
    return np.array(logits, np.float64)


def test_features_in_the_plane_of_known_skin_are_near_however_large():
    inside = RNG.normal(size=(5, 2)) @ PLANE * 100
    assert KNOWN.distance(inside + 1e-9).max() < -5


def test_the_distance_is_the_log_of_what_stands_out_of_the_plane():
    normal = np.linalg.svd(PLANE)[2][-1]
    assert KNOWN.distance(np.stack([3 * normal, 30 * normal])) == pytest.approx([np.log(3), np.log(30)])


def test_a_file_gives_back_the_same_distances():
    features = RNG.normal(size=(4, 12))
    again = KnownFeatures.from_bytes(KNOWN.to_bytes())
    assert again.distance(features) == pytest.approx(KNOWN.distance(features), abs=0.01)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", KNOWN.to_bytes()[:-40]])
def test_a_file_that_does_not_hold_is_refused(content):
    with pytest.raises(ModelMismatch, match="install it again"):
        KnownFeatures.from_bytes(content)


def test_doubt_is_least_where_one_condition_stands_out():
    measured = measures(photos([9, 0, 0, 0], [1, 1, 1, 0]), np.zeros((2, 12)), KNOWN, 1.0)
    assert measured["doubt"] == pytest.approx([0.0, np.log(3)], abs=0.001)


def test_the_networks_own_no_counts_against_all_conditions_together():
    measured = measures(photos([0, 0, 0, np.log(3)], [0, 0, 0, 9]), np.zeros((2, 12)), KNOWN, 1.0)
    assert measured["none_odds"] == pytest.approx([0.0, 9 - np.log(3)])


def test_only_weighted_measures_count():
    measured = {"doubt": np.array([0.0, 2.0]), "distance": np.array([5.0, 5.0])}
    assert none_scores(measured, -1.0, {"doubt": 0.5}) == pytest.approx([1 / (1 + np.e), 0.5])


def manifest(**weights):
    strangeness = Strangeness(file="known.npz", sha256="0" * 64, bias=0.0, weights=weights)
    shipped = load_manifest(SHIPPED)
    changes = {"strangeness": strangeness, "conditions": shipped.conditions[:3]}
    changes |= {"temperature": 1.0, "balance": None}
    return shipped.model_copy(update=changes)


def test_scores_sum_to_one_and_keep_the_order_of_conditions():
    logits = np.array([2.0, 1.0, 0.0, 5.0], np.float32)
    scores = score(logits, np.ones(12, np.float32), manifest(none_odds=1.0), KNOWN)
    assert scores.sum() == pytest.approx(1.0)
    assert scores[:3] / scores[:3].sum() == pytest.approx(softmax(logits[:3], 1.0))


def test_the_stranger_a_photo_is_the_lower_is_every_condition():
    logits = np.array([[3.0, 1.0, 0.0, 0.0], [3.0, 1.0, 0.0, 9.0]], np.float32)
    usual, strange = (score(row, np.ones(12, np.float32), manifest(none_odds=1.0), KNOWN) for row in logits)
    assert (strange[:3] < usual[:3]).all()
    assert strange[3] > usual[3]


def test_a_model_without_strangeness_scores_conditions_alone():
    plain = manifest().model_copy(update={"strangeness": None})
    logits = np.array([[1.0, 2.0, 3.0]], np.float32)
    assert score(logits, np.zeros((1, 12), np.float32), plain, None)[0] == pytest.approx(
        softmax(logits[0], 1.0)
    )
