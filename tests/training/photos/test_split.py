from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from training.errors import SplitUnknown
from training.photos.row import SPLITS, Row
from training.photos.split import load_splits, rows_in, save_splits, split_groups

CLASSES = ("nevus", "melanoma")


@pytest.fixture
def rows(row: Callable[..., Row]) -> list[Row]:
    """300 nevi of 100 patients, 60 melanomas of 60, some patients with both."""
    nevi = [row(f"n{n}", group=f"p{n % 100}") for n in range(300)]
    return nevi + [row(f"m{n}", code="melanoma", group=f"p{n + 50}") for n in range(60)]


def test_a_group_is_never_divided(rows: list[Row]) -> None:
    splits = split_groups(rows, CLASSES, seed=1)
    seen = {name: {row.group for row in rows_in(rows, splits, name)} for name in SPLITS}
    assert not seen["train"] & seen["test"]
    assert not seen["calibrate"] & (seen["train"] | seen["test"])
    assert sum(map(len, seen.values())) == len(splits) == 110


def test_each_condition_is_shared_out_about_70_12_18(rows: list[Row]) -> None:
    splits = split_groups(rows, CLASSES, seed=1)
    for code, photos in (("nevus", 300), ("melanoma", 60)):
        counts = Counter(splits[row.group] for row in rows if row.code == code)
        shares = [counts[name] / photos for name in SPLITS]
        assert shares == pytest.approx([0.70, 0.12, 0.18], abs=0.08)


def test_the_same_seed_gives_the_same_splits_in_any_order_of_rows(rows: list[Row]) -> None:
    assert split_groups(rows, CLASSES, seed=3) == split_groups(rows[::-1], CLASSES, seed=3)
    assert split_groups(rows, CLASSES, seed=3) != split_groups(rows, CLASSES, seed=4)


def test_near_duplicates_of_different_groups_stay_in_one_split(row: Callable[..., Row]) -> None:
    rows = [row(f"{n}a") for n in range(80)]
    rows += [row(f"{n}b", near_duplicate_of=f"{n}a") for n in range(80)]
    splits = split_groups(rows, CLASSES, seed=1)
    assert all(splits[f"{n}a"] == splits[f"{n}b"] for n in range(80))
    assert set(splits.values()) == set(SPLITS)


def test_isic_2018_photos_of_unknown_lesions_are_for_training_only(row: Callable[..., Row]) -> None:
    rows = [row(f"u{n}", dataset="ISIC 2018 T1-2 (x)", group_known=False) for n in range(30)]
    rows += [row(f"k{n}", dataset="ISIC 2018 T1-2 (x)") for n in range(30)]
    splits = split_groups(rows, CLASSES, seed=1)
    assert {splits[f"u{n}"] for n in range(30)} == {"train"}
    assert "test" in {splits[f"k{n}"] for n in range(30)}


def test_half_of_what_is_never_learned_waits_for_the_test(row: Callable[..., Row]) -> None:
    splits = split_groups([row(f"o{n}", code="other_benign") for n in range(40)], CLASSES, seed=1)
    assert Counter(splits.values()) == {"train": 12, "calibrate": 8, "test": 20}


def test_saved_splits_come_back(rows: list[Row], tmp_path: Path) -> None:
    splits = split_groups(rows, CLASSES, seed=1)
    save_splits(splits, tmp_path / "split.csv")
    assert (tmp_path / "split.csv").read_text(encoding="utf-8").startswith("group_key,split\n")
    assert load_splits(tmp_path / "split.csv") == splits


def test_an_unknown_split_is_refused_with_the_names_there_are(rows: list[Row]) -> None:
    with pytest.raises(SplitUnknown, match="train, calibrate, test"):
        rows_in(rows, {}, "validation")


def test_a_model_without_a_list_of_groups_says_so(tmp_path: Path) -> None:
    with pytest.raises(SplitUnknown, match="no list of groups"):
        load_splits(tmp_path / "none.csv")


@pytest.mark.parametrize("shared", ["patient", "lesion"])
def test_groups_that_share_a_patient_or_a_lesion_stay_in_one_split(
    row: Callable[..., Row], shared: str
) -> None:
    rows = [row(f"{n}{side}", **{shared: f"x{n}"}) for n in range(80) for side in "ab"]
    splits = split_groups(rows, CLASSES, seed=1)
    assert all(splits[f"{n}a"] == splits[f"{n}b"] for n in range(80))
    assert set(splits.values()) == set(SPLITS)


def test_twins_that_were_found_stay_in_one_split_even_over_others(row: Callable[..., Row]) -> None:
    rows = [row(str(n)) for n in range(90)]
    chains = tuple((n, n + 1) for n in range(89) if n % 3 < 2)
    splits = split_groups(rows, CLASSES, 1, chains)
    assert all(len({splits[str(n + k)] for k in range(3)}) == 1 for n in range(0, 90, 3))
    assert set(splits.values()) == set(SPLITS)


def test_other_shares_are_kept_to_as_well(row: Callable[..., Row]) -> None:
    splits = split_groups([row(str(n)) for n in range(100)], CLASSES, 1, (), (0.5, 0.2, 0.3))
    assert Counter(splits.values()) == {"train": 50, "calibrate": 20, "test": 30}
