from pathlib import Path

import pytest

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import read_manifest_csv
from training.photos.row import Row


def read(path: Path) -> list[Row]:
    return read_manifest_csv(path, path.parent, tuple(load_catalogue().conditions))


def spoil(path: Path, old: str, new: str) -> Path:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return path


def test_every_photo_of_a_good_list_is_a_row(photo_list: Path) -> None:
    rows = read(photo_list)
    assert [row.path for row in rows] == [f"{n}.jpg" for n in range(6)]
    assert [row.clinical for row in rows] == [False, True, True, True, True, False]
    assert not rows[5].group_known


def test_an_unknown_condition_is_named_with_row_and_reason(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match=r"row 4: 2\.jpg has the unknown condition 'melanomma'"):
        read(spoil(photo_list, "melanoma", "melanomma"))


def test_a_missing_photo_is_named_with_its_row(photo_list: Path) -> None:
    (photo_list.parent / "3.jpg").unlink()
    with pytest.raises(ManifestCsvInvalid, match=r"row 5: there is no photo 3\.jpg"):
        read(photo_list)


def test_a_photo_listed_twice_is_refused(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match=r"row 3: 0\.jpg is listed twice"):
        read(spoil(photo_list, "1.jpg", "0.jpg"))


def test_an_empty_group_is_refused_because_it_cannot_be_split(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="row 2: group_key is empty"):
        read(spoil(photo_list, ",p0,,p0,", ",,,p0,"))


def test_a_header_without_the_needed_columns_says_which(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="the list's header lacks group_key"):
        read(spoil(photo_list, "group_key", "group"))


def test_what_is_no_text_is_no_list(images: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="no readable CSV"):
        read(images / "0.jpg")


def test_a_list_without_licences_is_refused(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="the list's header lacks licence"):
        read(spoil(photo_list, "licence", "license"))


def test_an_empty_licence_is_named_with_its_row(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="row 2: licence is empty"):
        read(spoil(photo_list, "CC0,p0", ",p0"))


def test_a_licence_that_allows_no_use_is_named_with_what_is_accepted(photo_list: Path) -> None:
    with pytest.raises(
        ManifestCsvInvalid, match=r"row 2: 0\.jpg has the licence 'CC BY-ND'; accepted are CC0"
    ):
        read(spoil(photo_list, "CC0,p0", "CC BY-ND,p0"))


def test_a_modality_that_nobody_knows_is_named(photo_list: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match=r"row 6: 4\.jpg has the modality 'x-ray'"):
        read(spoil(photo_list, "clinical photo", "x-ray"))


def test_all_faults_are_counted_and_twenty_spelled_out(photo_list: Path) -> None:
    header = photo_list.read_text(encoding="utf-8").splitlines()[0]
    gone = [f"gone {n}.jpg,nevus,A,dermoscopy,CC0,g,,," for n in range(30)]
    photo_list.write_text("\n".join([header, *gone]), encoding="utf-8")
    with pytest.raises(ManifestCsvInvalid, match="30 faults") as refused:
        read(photo_list)
    assert str(refused.value).count("there is no photo") == 20


def test_faults_of_different_kinds_are_told_by_row(photo_list: Path) -> None:
    (photo_list.parent / "1.jpg").unlink()
    spoil(spoil(photo_list, "melanoma", "melanomma"), "CC0,p0", "mine,p0")
    with pytest.raises(ManifestCsvInvalid, match=r"3 faults.*\nrow 2: .*licence.*\nrow 3: .*\nrow 4: "):
        read(photo_list)


def test_a_row_without_a_split_in_a_list_of_splits_is_named(photo_list: Path) -> None:
    lines = photo_list.read_text(encoding="utf-8").splitlines()
    splits = ["split", "train", "test", "", "train", "val", "train"]
    text = "\n".join(f"{line},{split}" for line, split in zip(lines, splits, strict=True))
    photo_list.write_text(text, encoding="utf-8")
    with pytest.raises(ManifestCsvInvalid, match="2 faults") as refused:
        read(photo_list)
    assert "row 4: 2.jpg has no split" in str(refused.value)
    assert "row 6: 4.jpg is in the split 'val'; known are train, calibrate, test" in str(refused.value)


def test_a_list_saved_by_a_spreadsheet_may_begin_with_a_byte_order_mark(photo_list: Path) -> None:
    photo_list.write_text(photo_list.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert len(read(photo_list)) == 6


def test_a_list_that_is_cut_short_is_told_by_its_row(photo_list: Path) -> None:
    with photo_list.open("a", encoding="utf-8") as file:
        file.write("0.jpg,nevus")
    with pytest.raises(ManifestCsvInvalid, match="row 8: modality, group_key, licence is empty"):
        read(photo_list)
