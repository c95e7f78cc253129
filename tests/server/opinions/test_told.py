"""What a model is told of a record."""

from typing import get_args

import pytest

from dashboard.forms.case import AgeBand
from models.context import NOTHING_TOLD, Told
from server.opinions.told import told_of


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ({"age_band": "0-11"}, Told(6)),
        ({"age_band": "40-59", "body_site": "Left"}, Told(50)),
        ({"age_band": "80+", "body_site": "forearm"}, Told(85, "upper_extremity")),
        ({"body_site": "head/neck"}, Told(None, "head_neck")),
        ({"age_band": "old", "body_site": None}, NOTHING_TOLD),
        ({"age_band": "'; DROP TABLE cases"}, NOTHING_TOLD),
        ({}, NOTHING_TOLD),
    ],
)
def test_known_words_count_and_others_are_left_aside(record, told):
    assert told_of(record) == told


def test_every_age_band_of_the_kiosks_forms_is_understood():
    ages = [told_of({"age_band": band}).age_years for band in get_args(AgeBand)]
    assert None not in ages
    assert ages == sorted(ages)
