import numpy as np
import pytest

from training.learn import not_skin
from training.learn.not_skin import draw_not_skin

KINDS = [getattr(not_skin, name) for name in ("_light", "_stripes", "_noise", "_shapes", "_writing")]


def seeded(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("side_pixels", [32, 160, 224])
def test_a_drawn_picture_is_square_rgb_and_shows_something(side_pixels: int) -> None:
    for seed in range(20):
        picture = draw_not_skin(side_pixels, seeded(seed))
        assert (picture.shape, picture.dtype) == ((side_pixels, side_pixels, 3), np.uint8)
        assert picture.std() > 0


def test_the_same_draw_gives_the_same_picture_and_another_draw_another() -> None:
    first, again, other = (draw_not_skin(64, seeded(seed)) for seed in (5, 5, 6))
    assert (first == again).all()
    assert (first != other).any()


@pytest.mark.parametrize("draw", KINDS, ids=lambda draw: draw.__name__)
def test_no_kind_of_picture_wraps_around_at_black_or_white(draw: object) -> None:
    for seed in range(10):
        levels = draw(96, seeded(seed))  # type: ignore[operator]
        assert levels.min() >= 0
        assert levels.max() <= 255


def test_all_kinds_are_drawn() -> None:
    drawn = {draw.__name__: draw for draw in KINDS}
    found = set()
    for seed in range(60):
        picture = draw_not_skin(48, seeded(seed))
        for name, draw in drawn.items():
            rng = seeded(seed)
            rng.integers(len(KINDS))
            if (np.asarray(draw(48, rng), np.uint8) == picture).all():
                found.add(name)
    assert found == set(drawn)
