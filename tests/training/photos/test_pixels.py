"""Cache, prepared folder, augmentation, sampling."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.conditions import load_catalogue
from models.decode import decode
from models.preprocess import preprocess
from training.errors import ManifestCsvInvalid, PreparedInvalid
from training.learn.augment import augment
from training.learn.sampling import Batches, draw_weights
from training.photos.cache import SHIPPED_INPUT, cache_pixels, load_pixels, shipped_crop
from training.photos.manifest_csv import Row, read_manifest_csv
from training.photos.prepare import Prepared, learned_classes, load_prepared, prepare

CATALOGUE = tuple(load_catalogue().conditions)


def nothing() -> None:
    """A bar that nobody watches."""


def test_the_cached_crop_is_what_the_shipped_preprocessing_gives(images: Path, tmp_path: Path) -> None:
    photo = images / "0.jpg"
    cache_pixels([photo], tmp_path / "pixels.npy", nothing)
    shipped = preprocess(decode(photo.read_bytes(), 256), SHIPPED_INPUT)
    cached = shipped_crop(load_pixels(tmp_path / "pixels.npy"))
    assert cached.shape == shipped.shape == (1, 224, 224, 3)
    assert np.abs(cached.astype(int) - shipped).mean() < 1.0


def test_a_photo_that_does_not_decode_is_named(images: Path, tmp_path: Path) -> None:
    (images / "0.jpg").write_bytes(b"no photo")
    with pytest.raises(ManifestCsvInvalid, match=r"0\.jpg"):
        cache_pixels([images / "0.jpg"], tmp_path / "pixels.npy", nothing)


def test_a_prepared_folder_gives_back_rows_splits_and_pixels(photo_list: Path, tmp_path: Path) -> None:
    rows = read_manifest_csv(photo_list, photo_list.parent, CATALOGUE)
    splits = {row.group: "train" for row in rows} | {"p1": "test"}
    counts = prepare(rows, splits, photo_list.parent, tmp_path / "out", nothing)
    prepared = load_prepared(tmp_path / "out", CATALOGUE)
    assert counts == Counter(train=5, test=1)
    assert list(prepared.rows) == rows
    assert prepared.splits[1] == "test"
    assert prepared.pixels.shape == (6, 256, 256, 3)


def test_a_folder_that_nobody_prepared_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PreparedInvalid, match="run kiosk-train prepare"):
        load_prepared(tmp_path, CATALOGUE)


def test_a_condition_with_fewer_than_twenty_photos_is_not_learned(row: Callable[..., Row]) -> None:
    rows = [row(f"n{n}") for n in range(20)] + [row(f"m{n}", code="melanoma") for n in range(19)]
    assert learned_classes(rows, CATALOGUE) == ("nevus",)


def test_augmenting_keeps_the_shape_asked_for_and_repeats_with_its_seed() -> None:
    square = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    first, again = (augment(square, 160, np.random.default_rng(5)) for _ in range(2))
    assert first.shape == (160, 160, 3)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, augment(square, 160, np.random.default_rng(6)))


@pytest.fixture
def prepared(row: Callable[..., Row]) -> Prepared:
    rows = [row(f"n{n}") for n in range(100)] + [row(f"m{n}", code="melanoma") for n in range(20)]
    pixels = np.zeros((120, 256, 256, 3), np.uint8)
    return Prepared(tuple(rows), ("train",) * 119 + ("test",), ("melanoma", "nevus"), pixels)


def test_a_rare_condition_is_drawn_more_often_than_it_occurs(prepared: Prepared) -> None:
    weights = draw_weights(prepared, prepared.known("train"))
    assert weights.sum() == pytest.approx(1)
    assert weights[100:].sum() > 19 / 119 * 1.5


def test_batches_come_from_the_train_split_in_the_size_asked_for(prepared: Prepared) -> None:
    batches = list(Batches(prepared, batch=4, seed=1).take(3, 64))
    assert len(batches) == 3
    assert all(photos.shape == (4, 64, 64, 3) and numbers.shape == (4,) for photos, numbers in batches)
    assert 119 not in prepared.known("train")
