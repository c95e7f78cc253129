"""The cache of decoded photos."""

from pathlib import Path

import numpy as np

from models.decode import decode
from models.preprocess import preprocess
from training.photos.cache import SHIPPED_INPUT, cache_pixels, load_pixels, shipped_crop
from training.photos.sources import opened


def nothing() -> None:
    """A bar that nobody watches."""


def cached(images: Path, paths: list[str], to: Path) -> dict[int, str]:
    with opened(images) as photos:
        return cache_pixels(photos, paths, to, nothing)


def test_the_cached_crop_is_what_the_shipped_preprocessing_gives(images: Path, tmp_path: Path) -> None:
    assert cached(images, ["0.jpg"], tmp_path / "pixels.npy") == {}
    shipped = preprocess(decode((images / "0.jpg").read_bytes(), 256), SHIPPED_INPUT)
    crop = shipped_crop(load_pixels(tmp_path / "pixels.npy"))
    assert crop.shape == (1, 224, 224, 3)
    assert np.abs(crop.astype(int) - shipped[:1]).mean() < 1.0


def test_photos_that_do_not_decode_are_told_with_their_reason_and_left_out(
    images: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole.npy"
    cached(images, [f"{n}.jpg" for n in range(6)], whole)
    (images / "1.jpg").write_bytes(b"no photo")
    (images / "4.jpg").write_bytes((images / "4.jpg").read_bytes()[:900])
    broken = cached(images, [f"{n}.jpg" for n in range(6)], tmp_path / "pixels.npy")
    assert sorted(broken) == [1, 4]
    assert "not a photo" in broken[1]
    kept = load_pixels(tmp_path / "pixels.npy")
    assert np.array_equal(kept, load_pixels(whole)[[0, 2, 3, 5]])


def test_the_bar_moves_once_a_photo_broken_or_not(images: Path, tmp_path: Path) -> None:
    (images / "1.jpg").write_bytes(b"no photo")
    moves: list[None] = []
    with opened(images) as photos:
        cache_pixels(photos, ["0.jpg", "1.jpg"], tmp_path / "pixels.npy", lambda: moves.append(None))
    assert len(moves) == 2
