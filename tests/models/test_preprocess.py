"""An image becomes what the network wants, the same everywhere."""

import numpy as np
import pytest

from models.manifest import ModelInput
from models.preprocess import centre_square, preprocess, wanted_side

WANTED = ModelInput(side_pixels=224, crops=(0.875,))


@pytest.mark.parametrize(
    ("width", "height"), [(4000, 3000), (300, 900), (224, 224), (64, 70), (1, 1), (1, 500)]
)
def test_every_image_becomes_one_square_of_bytes(width, height):
    pixels = preprocess(np.zeros((height, width, 3), np.uint8), WANTED)
    assert pixels.shape == (1, 224, 224, 3)
    assert pixels.dtype == np.uint8


def test_the_middle_is_kept_and_the_edges_are_not():
    image = np.zeros((100, 200, 3), np.uint8)
    image[40:60, 90:110] = 255
    square = centre_square(image, 0.2)
    assert square.shape == (20, 20, 3)
    assert square.min() == 255


def test_the_whole_short_side_is_kept_with_a_crop_of_one():
    assert centre_square(np.zeros((100, 200, 3), np.uint8), 1.0).shape == (100, 100, 3)


def test_shrinking_averages_and_so_keeps_the_mean():
    noise = np.random.default_rng(1).integers(0, 256, (2000, 2000, 3)).astype(np.uint8)
    pixels = preprocess(noise, ModelInput(side_pixels=32, crops=(1.0,)))
    assert abs(float(pixels.mean()) - float(noise.mean())) < 1
    assert float(pixels.std()) < 5  # a sampled pixel would keep the noise's 74


def test_colours_keep_their_order():
    image = np.full((300, 300, 3), (200, 100, 50), np.uint8)
    assert preprocess(image, WANTED)[0, 112, 112].tolist() == [200, 100, 50]


def test_the_image_itself_is_left_alone(pictures):
    image = pictures.skin()
    preprocess(image, WANTED)
    assert np.array_equal(image, pictures.skin())


def test_the_wanted_side_leaves_the_crop_unenlarged():
    assert wanted_side(WANTED) == 256
    assert round(wanted_side(ModelInput(side_pixels=224, crops=(0.7,))) * 0.7) >= 224


def test_a_view_a_crop_and_then_their_mirror_images():
    photo = np.random.default_rng(3).integers(0, 255, (90, 120, 3)).astype(np.uint8)
    wanted = ModelInput(side_pixels=32, crops=(1.0, 0.5), mirrored=True)
    views = preprocess(photo, wanted)
    assert views.shape == (4, 32, 32, 3)
    for number, crop in enumerate(wanted.crops):
        (alone,) = preprocess(photo, ModelInput(side_pixels=32, crops=(crop,)))
        assert (views[number] == alone).all()
        assert (views[number + 2] == alone[:, ::-1]).all()


def test_the_widest_crop_says_how_many_pixels_are_decoded():
    assert wanted_side(ModelInput(side_pixels=224, crops=(0.4, 0.875))) == 256
