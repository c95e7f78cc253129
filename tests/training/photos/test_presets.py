from collections import Counter
from collections.abc import Callable

import pytest

from models.conditions import load_catalogue
from training.photos.presets import PAPER, PRESETS
from training.photos.row import Row
from training.photos.split import split_groups


def test_the_papers_preset_keeps_its_six_conditions_alone(row: Callable[..., Row]) -> None:
    rows = [row(code, code=code) for code in load_catalogue().conditions]
    assert {r.code for r in PAPER.keep(rows)} == {
        "acne", "eczema", "actinic_keratosis", "melanoma", "basal_cell_carcinoma", "dermatofibroma",
    }  # fmt: skip
    assert PRESETS["paper"] is PAPER


def test_conditions_with_too_few_photos_are_named_with_their_number(row: Callable[..., Row]) -> None:
    codes = {"melanoma": 30, "actinic_keratosis": 20, "basal_cell_carcinoma": 20, "dermatofibroma": 20}
    rows = [row(f"{code} {n}", code=code) for code, number in codes.items() for n in range(number)]
    assert PAPER.absent([*rows, row("e", code="eczema")], 20) == {"acne": 0, "eczema": 1}


def test_the_paper_splits_80_to_20_and_calibrates_on_12_of_the_80(row: Callable[..., Row]) -> None:
    rows = [row(f"m{n}", code="melanoma") for n in range(100)]
    splits = split_groups(rows, ("melanoma",), 1, (), PAPER.shares)
    assert Counter(splits.values()) == {"train": 68, "calibrate": 12, "test": 20}
    assert sum(PAPER.shares) == pytest.approx(1)
