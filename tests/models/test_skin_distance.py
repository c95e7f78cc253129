"""Distance from skin: none on skin however it is lit, much on a lesion. On colours made of arithmetic."""

import numpy as np

from models.skin_distance import distance_from_skin, places

SKIN = np.array([70.0, 15.0, 20.0])
EVERYWHERE = np.ones((128, 160), np.bool_)


def skin(seed=4):
    """L*a*b* with grain, 20 units of L* darker at the right than at the left."""
    grain = np.random.default_rng(seed).normal(0, 1, (*EVERYWHERE.shape, 3))
    shade = np.zeros(3) - [1.0, 0, 0]
    return (SKIN + grain + 20 * places(*EVERYWHERE.shape)[1][..., np.newaxis] * shade).astype(np.float32)


def spot():
    y, x = places(*EVERYWHERE.shape)
    return np.hypot(y, x) < 0.2


def test_places_are_counted_from_the_middle_in_short_sides() -> None:
    y, x = places(3, 5)
    assert (y[1] == 0).all()
    assert (x[:, 2] == 0).all()
    assert (y[0, 0], x[0, 0]) == (np.float32(-1 / 3), np.float32(-2 / 3))


def test_skin_in_uneven_light_is_near_itself() -> None:
    distance = distance_from_skin(skin(), EVERYWHERE)
    assert (distance.shape, distance.dtype) == (EVERYWHERE.shape, np.float32)
    assert distance.min() == 0
    assert (distance > 0.5).mean() < 0.01


def test_a_spot_in_the_middle_is_far_from_the_skin_and_does_not_bend_the_fit() -> None:
    lab = skin()
    lab[spot()] += (-30, 5, 5)
    distance = distance_from_skin(lab, EVERYWHERE)
    assert distance[spot()].min() > 5
    assert (distance[~spot()] > 0.5).mean() < 0.01


def test_glare_counts_less_than_a_spot_as_dark() -> None:
    dark, light = skin(), skin()
    dark[spot()] -= (25, 0, 0)
    light[spot()] += (25, 0, 0)
    far, near = (distance_from_skin(lab, EVERYWHERE)[spot()].mean() for lab in (dark, light))
    assert 0 < near < 0.6 * far


def test_what_is_not_seen_is_at_no_distance() -> None:
    seen = EVERYWHERE.copy()
    seen[:, :40] = False
    lab = skin()
    lab[:, :40] = 0
    distance = distance_from_skin(lab, seen)
    assert (distance[:, :40] == 0).all()
    assert (distance[seen] > 0.5).mean() < 0.01
    assert (distance_from_skin(lab, np.zeros_like(seen)) == 0).all()
