"""How age and body site go with conditions."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from models.context import Told
from training.photos.row import Row
from training.ship.context import best_strength, learn_context


@pytest.fixture
def rows(row: Callable[..., Row]) -> list[Row]:
    """200 clinical photos: condition 0 on the trunk of the old, condition 1 on the hands of the young."""
    old = [replace(row(f"o{n}", modality="clinical"), age=75.0, body_site="trunk") for n in range(100)]
    young = [replace(row(f"y{n}", modality="clinical"), age=20.0, body_site="hand_foot") for n in range(100)]
    return old + young


NUMBERS = np.repeat([0, 1], 100)


def test_what_is_likelier_at_an_age_or_site_is_shifted_up_and_the_rest_down(rows: list[Row]) -> None:
    context = learn_context(rows, NUMBERS, 2)
    for told in (Told(age_years=72), Told(body_site="trunk")):
        up, down = context.shift(told)
        assert up == pytest.approx(np.log(2), abs=0.1)
        assert down < -1


def test_an_age_and_a_site_that_no_photo_has_say_nothing(rows: list[Row]) -> None:
    context = learn_context(rows, NUMBERS, 2)
    assert context.shift(Told(age_years=45)) == pytest.approx([0, 0])
    assert context.shift(Told(body_site="head_neck")) == pytest.approx([0, 0])


def test_a_few_photos_say_little(rows: list[Row]) -> None:
    rows[0] = replace(rows[0], body_site="head_neck")
    context = learn_context(rows, NUMBERS, 2)
    assert 0 < context.shift(Told(body_site="head_neck"))[0] < 0.1


def test_a_data_set_from_one_place_does_not_pass_for_the_place(row: Callable[..., Row]) -> None:
    clinical = [replace(row(f"c{n}", modality="clinical"), body_site="head_neck") for n in range(100)]
    dermoscopy = [replace(row(f"d{n}"), body_site="trunk") for n in range(100)]
    context = learn_context([*clinical, *dermoscopy], NUMBERS, 2)
    assert context.shift(Told(body_site="trunk")) == pytest.approx([0, 0], abs=0.01)


def test_the_strength_is_that_of_least_surprise() -> None:
    assert best_strength(lambda strength: (strength - 0.4) ** 2) == 0.5
