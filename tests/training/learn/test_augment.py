import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.learn.augment import augment, relight

Square = NDArray[np.uint8]


@pytest.fixture
def square() -> Square:
    """A blue disc in the middle of grainy skin."""
    skin = np.random.default_rng(2).normal((215, 165, 135), 5, (256, 256, 3)).clip(0, 255).astype(np.uint8)
    return np.asarray(cv2.circle(skin, (128, 128), 30, (30, 40, 200), -1), np.uint8)


def blue(picture: Square) -> NDArray[np.bool_]:
    return np.asarray(picture[..., 2].astype(int) > picture[..., 0].astype(int) + 30)


def seeded(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("side_pixels", [32, 160, 224])
def test_a_photo_comes_in_the_size_asked_for_and_stays_as_it_was(square: Square, side_pixels: int) -> None:
    before = square.copy()
    seen = augment(square, side_pixels, seeded(1), near=False)
    assert (seen.shape, seen.dtype) == ((side_pixels, side_pixels, 3), np.uint8)
    assert (square == before).all()


def test_the_same_draw_shows_the_same_and_another_draw_shows_otherwise(square: Square) -> None:
    first, again, other = (augment(square, 96, seeded(seed), near=True) for seed in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).mean() > 0.5


@pytest.mark.parametrize("near", [False, True])
def test_the_spot_is_never_lost(square: Square, near: bool) -> None:
    for seed in range(100):
        assert blue(augment(square, 96, seeded(seed), near)).mean() > 0.01, f"lost at {seed}"


def test_a_clinical_photo_is_also_cut_much_nearer(square: Square) -> None:
    shares = {
        near: max(blue(augment(square, 96, seeded(seed), near)).mean() for seed in range(60))
        for near in (False, True)
    }
    # A disc of radius 30 is 0.043 of the square; cuts of 0.55 and 0.30 make that 0.14 and 0.48 at most.
    assert shares[False] < 0.2 < shares[True]


def test_what_lies_outside_the_photo_is_its_mirror_image_and_never_black(square: Square) -> None:
    for seed in range(60):
        assert augment(square, 96, seeded(seed), near=False).max(axis=2).min() > 60


def test_other_light_changes_colours_and_leaves_the_places(square: Square) -> None:
    seen = [relight(square, seeded(seed)) for seed in range(40)]
    assert np.std([picture.mean() for picture in seen]) > 5
    for picture in seen:
        assert (picture.shape, picture.dtype) == (square.shape, np.uint8)
        assert (blue(picture) == blue(square)).mean() > 0.97
