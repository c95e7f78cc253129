from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from models.strangeness import KnownFeatures
from training.judge.figures import auroc
from training.ship.known_features import learn_known_features


def test_features_off_the_plane_of_known_skin_lie_farther(
    skin: Callable[..., Any], strangers: Callable[..., Any]
) -> None:
    features = skin(500, 1)[0].features
    whole = learn_known_features(features)
    known = KnownFeatures(whole.mean, whole.spread, whole.axes[:, :6])
    usual = known.distance(skin(200, 9)[0].features.astype(np.float64))
    strange = known.distance(strangers(200).features.astype(np.float64))
    assert auroc(strange, usual) > 0.99


def test_the_axes_are_orthonormal_and_the_most_telling_come_first(skin: Callable[..., Any]) -> None:
    features = skin(500)[0].features.astype(np.float64)
    known = learn_known_features(features.astype(np.float32))
    assert known.axes.T @ known.axes == pytest.approx(np.eye(known.axes.shape[1]), abs=0.01)
    spread = ((features - known.mean) / known.spread @ known.axes).std(axis=0)
    assert (np.diff(spread) < 1e-3).all()
    assert spread[:6].min() > 5 * spread[6]


def test_what_is_learned_is_what_its_file_holds(skin: Callable[..., Any]) -> None:
    known = learn_known_features(skin(100)[0].features)
    again = KnownFeatures.from_bytes(known.to_bytes())
    assert (again.mean == known.mean).all()
    assert (again.spread == known.spread).all()
    assert (again.axes == known.axes).all()


def test_of_many_channels_only_some_axes_are_kept_and_a_constant_one_counts_little() -> None:
    features = np.random.default_rng(1).normal(0, 1, (400, 200)).astype(np.float32)
    features[:, 7] = 3.0
    known = learn_known_features(features)
    assert known.axes.shape == (200, 128)
    nudged = features[:1].astype(np.float64).copy()
    nudged[0, 7] += 0.02
    moved = known.distance(nudged) - known.distance(features[:1].astype(np.float64))
    assert abs(moved[0]) < 0.1
