from collections.abc import Callable

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from training.photos import duplicates
from training.photos.duplicates import find_twins

Picture = NDArray[np.uint8]


def encoded_again(picture: Picture) -> Picture:
    _, jpeg = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, 40))
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def recoloured(picture: Picture) -> Picture:
    return np.clip(picture * np.array([0.9, 0.85, 0.7]) + 15, 0, 255).astype(np.uint8)


def resized(picture: Picture) -> Picture:
    return np.asarray(cv2.resize(cv2.resize(picture, (90, 90)), (128, 128)), np.uint8)


@pytest.mark.parametrize("change", [encoded_again, recoloured, resized])
def test_a_photo_that_was_encoded_again_recoloured_or_resized_is_found(
    picture: Callable[..., Picture], change: Callable[[Picture], Picture]
) -> None:
    pictures = [picture(seed) for seed in range(6)]
    assert find_twins(np.stack([*pictures, change(pictures[2])])) == ((2, 6),)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("mirrored", [False, True])
def test_mirrored_and_turned_copies_are_found(
    picture: Callable[..., Picture], turns: int, mirrored: bool
) -> None:
    pictures = [picture(seed) for seed in range(6)]
    copy = np.rot90(pictures[4], turns)
    copy = copy[:, ::-1] if mirrored else copy
    assert find_twins(np.stack([*pictures, copy])) == ((4, 6),)


def test_pictures_that_differ_are_no_twins(picture: Callable[..., Picture]) -> None:
    assert find_twins(np.stack([picture(seed, 64) for seed in range(300)])) == ()


def test_twins_are_found_across_the_tiles_of_the_comparison(
    picture: Callable[..., Picture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "_TILE", 3)
    pictures = [picture(seed, 64) for seed in (0, 1, 2, 3, 1, 5, 6, 0)]
    assert find_twins(np.stack(pictures)) == ((0, 7), (1, 4))


def test_no_photos_have_no_twins() -> None:
    assert find_twins(np.zeros((0, 64, 64, 3), np.uint8)) == ()
