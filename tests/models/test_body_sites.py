"""Body sites: many words, a few places."""

import pytest

from models.body_sites import BODY_SITES, body_site_of


@pytest.mark.parametrize(
    ("word", "site"),
    [
        ("head_neck_face", "head_neck"), ("head/neck", "head_neck"), ("FACE", "head_neck"),
        ("posterior torso", "trunk"), ("BACK", "trunk"), ("upper extremity", "upper_extremity"),
        ("FOREARM", "upper_extremity"), ("lower_extremity", "lower_extremity"), ("THIGH", "lower_extremity"),
        ("palms/soles", "hand_foot"), ("acral", "hand_foot"), ("oral/genital", "oral_genital"),
        ("unknown", ""), ("", ""), ("the moon", ""),
    ],
)  # fmt: skip
def test_body_sites_of_all_data_sets_are_spelled_one_way(word, site):
    assert body_site_of(word) == site
    assert site in (*BODY_SITES, "")
