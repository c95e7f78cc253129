"""A photo that is plainly unusable is refused with what to do; all else passes, with advice."""

import cv2
import numpy as np
import pytest

from models.quality import judge


def flat(value, side=400):
    return np.full((side, side, 3), value, np.uint8)


def test_skin_with_a_spot_passes_without_advice(pictures):
    quality = judge(pictures.skin())
    assert quality.ok
    assert quality.reasons == ()


@pytest.mark.parametrize("skin", [(235, 200, 180), (200, 150, 130), (140, 95, 70), (75, 50, 40)])
def test_skin_of_every_tone_passes(pictures, skin):
    shade = np.array(skin) / np.array([215, 165, 135])
    assert judge((pictures.skin() * shade).clip(0, 255).astype(np.uint8)).ok


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        (flat(0), "add light"),
        (flat(3), "add light"),
        (flat(255), "move the lamp away"),
        (flat(253), "move the lamp away"),
        (flat((200, 150, 130)), "hold still"),
        (np.zeros((63, 500, 3), np.uint8), "higher resolution"),
        (np.zeros((1, 1, 3), np.uint8), "higher resolution"),
    ],
    ids=["black", "nearly black", "white", "nearly white", "flat", "too small", "one pixel"],
)
def test_what_is_plainly_unusable_is_refused_with_what_to_do(image, advice):
    quality = judge(image)
    assert not quality.ok
    assert len(quality.reasons) == 1
    assert advice in quality.reasons[0]


def test_a_lens_cover_with_sensor_noise_is_still_black():
    noise = np.random.default_rng(2).normal(4, 3, (400, 400, 3)).clip(0, 255).astype(np.uint8)
    assert "black" in judge(noise).reasons[0]


def test_a_picture_of_nothing_in_focus_is_refused(pictures):
    assert "in focus" in judge(cv2.GaussianBlur(pictures.skin(400, 400), (0, 0), 48)).reasons[0]


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (lambda image: (image * 0.28).astype(np.uint8), "Too dark"),
        (lambda image: (image * 0.12 + 225).clip(0, 255).astype(np.uint8), "Too bright"),
        (lambda image: cv2.GaussianBlur(image, (0, 0), 6), "Blurred"),
    ],
    ids=["dark", "bright", "blurred"],
)
def test_a_poor_photo_passes_with_advice(pictures, change, advice):
    quality = judge(change(pictures.skin(1000, 1000)))
    assert quality.ok
    assert any(reason.startswith(advice) for reason in quality.reasons)


def test_a_spot_that_is_too_small_is_asked_for_closer(pictures):
    quality = judge(pictures.skin(1000, 1000, spot=0.01))
    assert quality.ok
    assert any(reason.startswith("Hold closer") for reason in quality.reasons)


def test_the_size_of_the_photo_does_not_change_the_judgement(pictures):
    assert judge(pictures.skin(1000, 750)) == judge(pictures.skin(400, 300))


def test_the_judgement_is_given_as_the_api_gives_it():
    assert judge(flat(0)).as_json() == {"ok": False, "reasons": list(judge(flat(0)).reasons)}
