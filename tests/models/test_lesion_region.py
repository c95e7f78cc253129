"""Of all regions the telling one: near the middle, compact. On distances made of arithmetic."""

import numpy as np
import pytest

from models.lesion_region import find_region, grow, outline

SHAPE = (128, 160)
EVERYWHERE = np.ones(SHAPE, np.bool_)


def disc(row=64, column=80, radius=25):
    y, x = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]]
    return np.hypot(y - row, x - column) <= radius


def distances(where, far=8.0):
    return np.where(where, far, 0).astype(np.float32)


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


def test_what_is_far_from_skin_is_the_region() -> None:
    region = find_region(distances(disc()), EVERYWHERE)
    assert (region.shape, region.dtype, region.max()) == (SHAPE, np.uint8, 1)
    assert overlap(region > 0, disc()) > 0.95


def test_of_two_spots_the_one_near_the_middle_is_taken_though_the_other_is_farther_from_skin() -> None:
    found = find_region(np.maximum(distances(disc(radius=15)), distances(disc(25, 25, 15), 12)), EVERYWHERE)
    assert overlap(found > 0, disc(radius=15)) > 0.9


def test_the_region_is_one_piece_without_holes() -> None:
    ring = disc() & ~disc(radius=10)
    assert overlap(find_region(distances(ring), EVERYWHERE) > 0, disc()) > 0.95


@pytest.mark.parametrize(
    "distance",
    [
        distances(EVERYWHERE),
        distances(disc(radius=1)),
        distances(disc(8, 8, 8)),
        np.zeros(SHAPE, np.float32),
    ],
    ids=["far everywhere", "a dot", "in the corner", "skin everywhere"],
)
def test_where_nothing_stands_out_there_is_no_region(distance) -> None:
    assert find_region(distance, EVERYWHERE) is None


def test_a_region_grows_by_a_share_of_its_size_and_one_pixel_at_least() -> None:
    region = disc(radius=20).astype(np.uint8)
    grown = grow(region, 0.3)
    assert np.sqrt(grown.sum() / np.pi) == pytest.approx(20 + 0.3 * np.sqrt(region.sum()), abs=1)
    dot = disc(radius=0).astype(np.uint8)
    assert grow(dot, 0.01).sum() > dot.sum()


def test_the_outline_is_that_of_the_largest_piece() -> None:
    contour = outline(disc() | disc(10, 10, 4))
    assert contour[:, 0, 0].min() == 80 - 25
    assert contour[:, 0, 1].max() == 64 + 25
