from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.learn.treatments import (
    TREATMENTS,
    crop_to_lesion,
    even_colour,
    remove_hair,
    remove_noise,
)

Square = NDArray[np.uint8]
SKIN = (215, 165, 135)
BROWN = (110, 70, 55)


def skin(side: int = 256, noise: float = 2.0) -> Square:
    grain = np.random.default_rng(3).normal(0, noise, (side, side, 3))
    return np.asarray((np.array(SKIN) + grain).clip(0, 255), np.uint8)


def spotted(column: int = 128, row: int = 128, radius: int = 20, side: int = 256) -> Square:
    return np.asarray(cv2.circle(skin(side), (column, row), radius, BROWN, -1, cv2.LINE_AA), np.uint8)


def hairy(square: Square) -> Square:
    drawn = square.copy()
    for start, end in (((10, 20), (240, 90)), ((30, 250), (200, 10)), ((0, 150), (255, 120))):
        cv2.line(drawn, start, end, (40, 30, 25), 2, cv2.LINE_AA)
    return drawn


def error(one: Square, other: Square) -> float:
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


def brown_share(square: Square) -> float:
    return float((square[..., 0] < 160).mean())


@pytest.mark.parametrize("treat", TREATMENTS.values(), ids=TREATMENTS)
@pytest.mark.parametrize(
    "square",
    [hairy(spotted()), spotted(48, 48, 8, 96), np.zeros((256, 256, 3), np.uint8), skin()],
    ids=["hairy", "small", "black", "bare"],
)
def test_a_treatment_keeps_shape_and_type_and_the_picture_given(
    treat: Callable[[Square], Square], square: Square
) -> None:
    before = square.copy()
    treated = treat(square)
    assert (treated.shape, treated.dtype) == (square.shape, np.uint8)
    assert (square == before).all()
    assert not np.shares_memory(treated, square)
    assert (treat(square) == treated).all()


def test_noise_falls_and_the_edge_of_a_spot_stays() -> None:
    noisy = skin(noise=8)
    assert remove_noise(noisy).std(axis=(0, 1)).mean() < 0.6 * noisy.std(axis=(0, 1)).mean()
    assert error(remove_noise(spotted(radius=40)), spotted(radius=40)) < 2


def test_hair_over_skin_and_spot_vanishes() -> None:
    bare = spotted(radius=40)
    assert error(remove_hair(hairy(bare)), bare) < 0.3 * error(hairy(bare), bare)


@pytest.mark.parametrize("radius", [3, 8, 40])
def test_a_spot_of_any_size_is_no_hair(radius: int) -> None:
    bare = spotted(radius=radius)
    assert error(remove_hair(bare), bare) < 0.02


@pytest.mark.parametrize("cast", [(1.0, 0.8, 0.6), (0.7, 0.9, 1.0), (0.6, 0.6, 0.6)])
def test_the_colour_of_the_light_is_taken_out(cast: tuple[float, ...]) -> None:
    bare = spotted(radius=40)
    tinted = np.asarray(bare * np.array(cast), np.uint8)
    one, other = even_colour(bare).astype(float), even_colour(tinted).astype(float)
    assert np.abs(one.mean((0, 1)) / one.mean() - other.mean((0, 1)) / other.mean()).max() < 0.02


def test_an_evenly_grey_picture_keeps_its_colour() -> None:
    grey = np.repeat(np.random.default_rng(1).integers(40, 200, (64, 64, 1), np.uint8), 3, axis=2)
    assert (even_colour(grey) == grey).all()


def test_the_crop_makes_a_small_spot_larger_but_not_beyond_three_times() -> None:
    small = spotted(100, 150, 20)
    assert brown_share(crop_to_lesion(small)) > 4 * brown_share(small)
    tiny = spotted(radius=6)
    assert brown_share(crop_to_lesion(tiny)) == pytest.approx(9 * brown_share(tiny), rel=0.15)


def test_the_crop_puts_the_spot_in_the_middle_and_stays_within_the_picture() -> None:
    rows, columns = np.nonzero(crop_to_lesion(spotted(100, 150, 25))[..., 0] < 160)
    assert (rows.mean(), columns.mean()) == pytest.approx((127.5, 127.5), abs=6)
    at_the_side = crop_to_lesion(spotted(40, 128, 25))
    assert at_the_side.shape == (256, 256, 3)
    assert brown_share(at_the_side) > brown_share(spotted(40, 128, 25))


def test_without_a_lesion_the_crop_keeps_the_whole_square() -> None:
    assert (crop_to_lesion(skin()) == skin()).all()
