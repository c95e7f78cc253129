import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

KioskTrain = Callable[..., Result]


@pytest.fixture
def bad_list(photo_list: Path) -> Path:
    """Rows 4 to 6 do not hold: an unknown condition, a missing photo, a broken one."""
    text = photo_list.read_text(encoding="utf-8").replace("melanoma", "melanomma")
    photo_list.write_text(text, encoding="utf-8")
    (photo_list.parent / "3.jpg").unlink()
    (photo_list.parent / "4.jpg").write_bytes(b"no photo")
    return photo_list


def test_every_row_that_does_not_hold_is_named_and_nothing_is_prepared(
    kiosk_train: KioskTrain, bad_list: Path, tmp_path: Path
) -> None:
    told = kiosk_train(
        "prepare", "--images", bad_list.parent, "--manifest", bad_list, "--out", tmp_path / "out"
    )
    assert told.exit_code == 2
    assert told.stdout == ""
    assert "3 faults, mend or remove the rows" in told.stderr
    assert "row 4: 2.jpg has the unknown condition 'melanomma'" in told.stderr
    assert "row 5: there is no photo 3.jpg" in told.stderr
    assert "row 6: 4.jpg: " in told.stderr
    assert not (tmp_path / "out" / "rows.csv").exists()


def test_skipping_them_prepares_the_rest_and_counts_each_kind(
    kiosk_train: KioskTrain, bad_list: Path, tmp_path: Path
) -> None:
    told = kiosk_train(
        "prepare", "--images", bad_list.parent, "--manifest", bad_list, "--out", tmp_path / "out",
        "--skip-broken",
    )  # fmt: skip
    assert told.exit_code == 0
    result = json.loads(told.stdout)
    assert sum(result["photos"].values()) == 3
    assert result["skipped"] == {"unknown condition": 1, "missing photo": 1, "broken photo": 1}
    assert result["out"] == str(tmp_path / "out")


def test_without_a_list_a_folder_is_a_condition(
    kiosk_train: KioskTrain, images: Path, tmp_path: Path
) -> None:
    for number, folder in enumerate(("nevus", "nevus", "acne")):
        (images / folder).mkdir(exist_ok=True)
        (images / f"{number}.jpg").rename(images / folder / f"{number}.jpg")
    told = kiosk_train("prepare", "--images", images, "--out", tmp_path / "out", "--licence", "CC0")
    assert told.exit_code == 0
    assert sum(json.loads(told.stdout)["photos"].values()) == 3


def test_the_same_seed_splits_alike_and_a_list_of_groups_is_taken_as_it_is(
    kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path
) -> None:
    def split(name: str, *words: object) -> str:
        out = tmp_path / name
        told = kiosk_train(
            "prepare", "--images", photo_list.parent, "--manifest", photo_list, "--out", out, *words
        )
        assert told.exit_code == 0
        return (out / "split.csv").read_text(encoding="utf-8")

    first = split("one", "--seed", 5)
    assert split("two", "--seed", 5) == first
    assert split("three", "--split", tmp_path / "one" / "split.csv") == first


def test_a_split_list_without_a_group_is_refused(
    kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path
) -> None:
    groups = tmp_path / "split.csv"
    groups.write_text("group_key,split\np0,train\n", encoding="utf-8")
    told = kiosk_train(
        "prepare", "--images", photo_list.parent, "--manifest", photo_list, "--out", tmp_path / "out",
        "--split", groups,
    )  # fmt: skip
    assert told.exit_code == 2
    assert "5 groups are in none of train, calibrate, test" in told.stderr


def test_photos_that_are_not_there_are_a_wrong_call(kiosk_train: KioskTrain, tmp_path: Path) -> None:
    told = kiosk_train("prepare", "--images", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert "nowhere" in told.stderr


def test_an_interruption_ends_with_130(
    kiosk_train: KioskTrain, photo_list: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.cli.making.decode_listed", stop)
    told = kiosk_train(
        "prepare", "--images", photo_list.parent, "--manifest", photo_list, "--out", tmp_path / "out"
    )
    assert told.exit_code == 130
    assert "interrupted: run the same command again" in told.stderr
