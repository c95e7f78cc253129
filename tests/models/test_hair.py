"""Hair is what is long, narrow and dark; a mole is none. On pictures made of arithmetic."""

import cv2
import numpy as np
import pytest

from models.hair import HairLooks, find_hair

LOOKS = HairLooks(depth_levels=18, length_pixels=25, width_pixels=4, fullest_net=0.2)


def skin(*channels):
    grain = np.random.default_rng(2).normal(0, 2, (200, 240, *channels))
    return (180 + grain).astype(np.uint8)


def line(picture, end=(220, 150), width=2, level=60):
    drawn = cv2.line(np.zeros(picture.shape[:2], np.uint8), (20, 30), end, 1, width)
    return np.where(drawn.reshape(*drawn.shape, *[1] * (picture.ndim - 2)) > 0, level, picture).astype(
        np.uint8
    ), drawn > 0


@pytest.mark.parametrize("channels", [(), (3,)], ids=["grey", "colour"])
@pytest.mark.parametrize("end", [(220, 30), (20, 180), (190, 190), (220, 90)])
def test_a_hair_in_any_direction_is_found_where_it_lies(channels, end) -> None:
    picture, truth = line(skin(*channels), end)
    hair = find_hair(picture, LOOKS)
    assert (hair.shape, hair.dtype) == (truth.shape, np.bool_)
    assert (hair & truth).sum() / truth.sum() > 0.95
    assert (hair & ~truth).sum() / truth.sum() < 0.05


def test_hair_that_is_dark_in_one_channel_alone_is_found() -> None:
    picture = skin(3)
    picture[..., 2], truth = line(picture[..., 2])
    assert (find_hair(picture, LOOKS) & truth).sum() / truth.sum() > 0.95


def test_light_hair_is_found_in_the_negative_alone() -> None:
    picture, truth = line(skin(), level=250)
    assert not find_hair(picture, LOOKS).any()
    assert (find_hair(255 - picture, LOOKS) & truth).sum() / truth.sum() > 0.95


@pytest.mark.parametrize("radius", [2, 5, 15, 60])
def test_a_spot_of_any_size_is_no_hair(radius) -> None:
    assert not find_hair(cv2.circle(skin(), (120, 100), radius, 60, -1), LOOKS).any()


@pytest.mark.parametrize(
    "picture",
    [skin(), line(skin(), end=(35, 32))[0], line(skin(), level=170)[0], line(skin(), width=11)[0]],
    ids=["bare skin", "short", "faint", "broad"],
)
def test_what_is_short_or_faint_or_broad_is_no_hair(picture) -> None:
    assert not find_hair(picture, LOOKS).any()
