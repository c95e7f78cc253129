from pathlib import Path

import pytest

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import Row, read_manifest_csv


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
