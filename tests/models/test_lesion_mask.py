"""The one spot that stands out is found, and nothing where nothing does. On pictures made of arithmetic."""

import cv2
import numpy as np
import pytest

from models.lesion_mask import find_lesion

BROWN = (110, 70, 55)


def skin(height=256, width=256, seed=5, tone=(215, 165, 135)):
    """Grainy skin; the light falls off by a third from left to right."""
    light = np.linspace(1.05, 0.7, width)[np.newaxis, :, np.newaxis]
    grain = np.random.default_rng(seed).normal(0, 4, (height, width, 1))
    return (np.array(tone) * light + grain).clip(0, 255).astype(np.uint8)


def spot(image, row, column, radius, colour=BROWN):
    """The picture with a spot painted on, and where it is."""
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    where = np.hypot(y - row, x - column) <= radius
    soft = cv2.GaussianBlur(where.astype(np.float32), (0, 0), 1.5)[..., np.newaxis]
    return (image * (1 - soft) + np.array(colour) * soft).astype(np.uint8), where


def hairy(image, colour=(40, 30, 25)):
    lines = [((10, 20), (240, 90)), ((30, 250), (200, 10)), ((0, 150), (255, 120)), ((120, 0), (140, 255))]
    for start, end in lines:
        cv2.line(image, start, end, colour, 2, cv2.LINE_AA)
    return image


def black_corners(image):
    height, width = image.shape[:2]
    y, x = np.mgrid[0:height, 0:width]
    image[np.hypot(y - height / 2, x - width / 2) > 0.56 * min(height, width)] = 4
    return image


def overlap(one, other):
    return (one & other).sum() / (one | other).sum()


@pytest.mark.parametrize("radius", [12, 25, 50, 80])
def test_a_spot_in_uneven_light_is_found_at_its_size(radius):
    image, truth = spot(skin(), 128, 128, radius)
    lesion = find_lesion(image)
    assert overlap(lesion.mask, truth) >= 0.85
    assert lesion.area_share == pytest.approx(truth.mean(), rel=0.12)
    assert lesion.diameter_pixels == pytest.approx(2 * radius, rel=0.07)


@pytest.mark.parametrize(
    "tone",
    [(245, 215, 200), (200, 150, 120), (140, 95, 70), (85, 58, 45)],
    ids=["pale", "tan", "brown", "dark"],
)
def test_a_darker_spot_is_found_on_skin_of_every_tone(tone):
    image, truth = spot(skin(tone=tone), 120, 135, 35, [0.45 * channel for channel in tone])
    assert overlap(find_lesion(image).mask, truth) >= 0.85


def test_a_red_spot_no_darker_than_the_skin_is_found():
    image, truth = spot(skin(), 128, 128, 35, (230, 115, 105))
    assert overlap(find_lesion(image).mask, truth) >= 0.85


@pytest.mark.parametrize("colour", [(40, 30, 25), (245, 240, 235)], ids=["dark", "white"])
def test_hair_does_not_change_what_is_found(colour):
    image, truth = spot(skin(), 128, 128, 40)
    assert overlap(find_lesion(hairy(image, colour)).mask, truth) >= 0.85


def test_black_corners_are_no_lesion():
    image, truth = spot(skin(), 128, 128, 40)
    assert overlap(find_lesion(black_corners(image)).mask, truth) >= 0.85
    assert find_lesion(black_corners(skin())) is None


def test_of_two_spots_the_middle_one_is_taken():
    image, truth = spot(skin(), 130, 120, 25)
    image, _ = spot(image, 40, 215, 25)
    assert overlap(find_lesion(image).mask, truth) >= 0.85


def test_a_pale_middle_belongs_to_the_spot_around_it():
    image, truth = spot(skin(), 128, 128, 45)
    image, _ = spot(image, 128, 128, 15, (200, 150, 120))
    assert overlap(find_lesion(image).mask, truth) >= 0.85


@pytest.mark.parametrize(
    "image",
    [
        skin(),
        hairy(skin()),
        cv2.GaussianBlur(skin(), (0, 0), 20),
        np.zeros((256, 256, 3), np.uint8),
        np.full((256, 256, 3), 255, np.uint8),
        np.full((256, 256, 3), 128, np.uint8),
        np.zeros((1, 1, 3), np.uint8),
        np.full((2000, 3, 3), 200, np.uint8),
        np.hstack([np.zeros((30, 2000, 3), np.uint8), skin(30, 1000)]),
    ],
    ids=[
        "skin",
        "hairy skin",
        "blur",
        "black",
        "white",
        "grey",
        "one pixel",
        "a sliver",
        "nothing in the middle",
    ],
)
def test_where_nothing_stands_out_there_is_none(image):
    assert find_lesion(image) is None


@pytest.mark.parametrize("size", [(24, 24), (97, 61), (255, 400), (301, 257), (1200, 900)])
def test_the_mask_has_the_size_of_any_picture(size):
    height, width = size
    image, truth = spot(skin(height, width), height / 2, width / 2, min(size) / 5)
    lesion = find_lesion(image)
    assert lesion.mask.shape == size
    assert lesion.mask.dtype == np.bool_
    assert overlap(lesion.mask, truth) >= 0.8


def test_box_centroid_and_outline_say_where_it_is():
    image, truth = spot(skin(300, 400), 160, 190, 40)
    lesion = find_lesion(image)
    assert lesion.box == pytest.approx((120, 150, 81, 81), abs=4)
    assert lesion.centroid == pytest.approx((160, 190), abs=2)
    corners = np.array(lesion.outline)
    assert corners.min() >= 0
    assert corners.max() <= 1
    drawn = np.zeros((300, 400), np.uint8)
    cv2.fillPoly(drawn, [(corners * (400, 300)).astype(np.int32)], 1)
    assert overlap(drawn > 0, truth) >= 0.85


def test_the_colours_inside_and_around_are_those_painted():
    image, _ = spot(np.full((256, 256, 3), (215, 165, 135), np.uint8), 128, 128, 45)
    lesion = find_lesion(hairy(image))
    painted = np.array([[BROWN, (215, 165, 135)]], np.float32) / 255
    inside, around = cv2.cvtColor(painted, cv2.COLOR_RGB2LAB)[0]
    assert lesion.lesion_lab == pytest.approx(tuple(inside), abs=3)
    assert lesion.skin_lab == pytest.approx(tuple(around), abs=3)


def test_the_same_picture_gives_the_same_lesion_and_is_left_as_it_was():
    image, _ = spot(skin(), 128, 128, 30)
    before = image.copy()
    first, second = find_lesion(image), find_lesion(image)
    assert (first.mask == second.mask).all()
    assert first.outline == second.outline
    assert (image == before).all()


@pytest.mark.parametrize(
    "change",
    [np.fliplr, np.flipud, np.rot90, lambda array: array],
    ids=["mirrored", "upside down", "turned", "as it is"],
)
def test_turning_and_darkening_the_picture_moves_the_mask_alike(change):
    image, _ = spot(skin(), 120, 140, 35)
    expected = change(find_lesion(image).mask)
    dimmed = (0.85 * change(image)).astype(np.uint8)
    assert overlap(find_lesion(dimmed).mask, expected) >= 0.9
