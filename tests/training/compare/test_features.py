"""Features are computed once, taken up after a break, and computed anew when something changed."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.compare import features as features_module
from training.compare.features import Pixels, View, features
from training.photos.prepare import Prepared


class Mean:
    """A body whose features are the mean colour; it remembers how many photos it saw."""

    output_shape = (None, 3)

    def __init__(self) -> None:
        self.photos = 0
        self.patience = 1000

    def predict_on_batch(self, photos: Pixels) -> Any:
        if self.photos >= self.patience:
            raise KeyboardInterrupt
        self.photos += len(photos)
        assert photos.dtype == np.uint8
        return photos.mean(axis=(1, 2)).astype(np.float32)


@pytest.fixture
def body(monkeypatch: pytest.MonkeyPatch) -> Mean:
    body = Mean()
    monkeypatch.setattr(features_module, "frozen", lambda *_: body)
    return body


@pytest.fixture
def view(tmp_path: Path) -> View:
    weights = tmp_path / "weights"
    weights.write_bytes(b"1")
    return View("mobilenet", weights)


@pytest.fixture
def learned(prepared: Prepared) -> Any:
    return np.concatenate([prepared.known("train"), prepared.known("calibrate")])


def test_the_second_call_takes_the_same_features_from_disk(
    prepared: Prepared, learned: Any, view: View, body: Mean, tmp_path: Path
) -> None:
    first = features(prepared, learned, view, tmp_path / "kept")
    again = features(prepared, learned, view, tmp_path / "kept")
    assert body.photos == len(learned) == len(first)
    assert np.array_equal(first, again)
    assert first[5] == pytest.approx(prepared.pixels[learned[5], 16:-16, 16:-16].mean(axis=(0, 1)), rel=1e-4)


def test_other_pixels_weights_or_treatment_are_looked_at_anew(
    prepared: Prepared, learned: Any, view: View, body: Mean, tmp_path: Path
) -> None:
    features(prepared, learned, view, tmp_path / "kept")
    pixels = prepared.pixels.copy()
    pixels[-1] = 0
    features(replace(prepared, pixels=pixels), learned, view, tmp_path / "kept")
    assert body.photos == 2 * len(learned)
    view.weights.write_bytes(b"2")
    features(replace(prepared, pixels=pixels), learned, view, tmp_path / "kept")
    assert body.photos == 3 * len(learned)
    for level in (10, 20):
        grey = replace(view, treatment_name="grey", treatment=lambda photo, level=level: photo * 0 + level)
        assert (features(prepared, learned, grey, tmp_path / "kept") == level).all()
    assert body.photos == 5 * len(learned)


def test_a_break_costs_only_the_batch_it_fell_into(
    prepared: Prepared, learned: Any, view: View, body: Mean, tmp_path: Path
) -> None:
    body.patience = 32
    with pytest.raises(KeyboardInterrupt):
        features(prepared, learned, view, tmp_path / "kept")
    body.patience = 1000
    broken = features(prepared, learned, view, tmp_path / "kept")
    assert body.photos == len(learned)
    assert np.array_equal(broken, features(prepared, learned, view, tmp_path / "whole"))


def test_another_side_is_resized_to_after_the_shipped_crop(
    prepared: Prepared, learned: Any, view: View, body: Mean, tmp_path: Path
) -> None:
    sides = []
    small = replace(view, side_pixels=64, treatment=lambda photo: sides.append(photo.shape) or photo)
    features(prepared, learned[:2], small, tmp_path / "kept")
    assert set(sides) == {(64, 64, 3)}
