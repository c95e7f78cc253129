from pathlib import Path

import pytest

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import read_folders

CATALOGUE = tuple(load_catalogue().conditions)


def into_folders(images: Path, *folders: str) -> None:
    """Each of the six pictures into a folder, as many as there are."""
    for number, folder in enumerate(folders):
        (images / folder).mkdir(parents=True, exist_ok=True)
        (images / f"{number}.jpg").rename(images / folder / f"{number}.jpg")


def test_without_a_list_each_folder_is_a_condition(images: Path) -> None:
    into_folders(images, "nevus", "tinea")
    rows = read_folders(images, CATALOGUE)
    assert [(row.path, row.code) for row in rows] == [("nevus/0.jpg", "nevus"), ("tinea/1.jpg", "ringworm")]
    assert [(row.group_known, row.licence, row.number) for row in rows] == [(False, "", 0)] * 2


def test_photos_in_folders_bear_the_licence_that_was_given(images: Path) -> None:
    into_folders(images, "nevus")
    assert read_folders(images, CATALOGUE, "CC BY 4.0")[0].licence == "CC BY 4.0"


def test_a_licence_for_folders_that_allows_no_use_is_refused(images: Path) -> None:
    into_folders(images, "nevus")
    with pytest.raises(ManifestCsvInvalid, match="'all rights reserved' is not accepted; accepted are CC0"):
        read_folders(images, CATALOGUE, "all rights reserved")


def test_dermnets_own_folder_names_are_known_at_any_depth(images: Path) -> None:
    into_folders(
        images, "train/Acne and Rosacea Photos", "train/Eczema Photos",
        "test/Psoriasis pictures Lichen Planus and related diseases",
        "test/Tinea Ringworm Candidiasis and other Fungal Infections",
    )  # fmt: skip
    assert {row.code for row in read_folders(images, CATALOGUE)} == {
        "acne",
        "eczema",
        "psoriasis",
        "ringworm",
    }


def test_each_folder_named_after_no_condition_is_named_once_with_its_photos(images: Path) -> None:
    into_folders(images, "holiday", "holiday", "nevus", "Melanoma Skin Cancer Nevi and Moles")
    with pytest.raises(ManifestCsvInvalid, match="2 faults") as refused:
        read_folders(images, CATALOGUE)
    assert "the folder with 2 photos has the unknown condition 'holiday'" in str(refused.value)
    assert "unknown condition 'Melanoma Skin Cancer Nevi and Moles'" in str(refused.value)


def test_a_folder_without_photos_lists_none(tmp_path: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="lists no photo"):
        read_folders(tmp_path, CATALOGUE)
