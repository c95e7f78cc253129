from pathlib import Path

import pytest

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import Row, read_folders, read_manifest_csv

CATALOGUE = tuple(load_catalogue().conditions)


def read(images: Path, name: str, *lines: str) -> list[Row]:
    path = images / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_manifest_csv(path, images, CATALOGUE)


def test_ham10000_is_read_as_it_was_published(images: Path) -> None:
    part = images / "HAM10000_images_part_1"
    part.mkdir()
    (images / "0.jpg").rename(part / "ISIC_0027419.jpg")
    rows = read(
        images, "HAM10000_metadata.csv", "lesion_id,image_id,dx,dx_type,age,sex,localization",
        "HAM_0000118,ISIC_0027419,akiec,histo,80.0,male,scalp",
    )  # fmt: skip
    assert (rows[0].path, rows[0].code) == ("HAM10000_images_part_1/ISIC_0027419.jpg", "actinic_keratosis")
    assert (rows[0].group, rows[0].group_known, rows[0].clinical) == ("HAM_0000118", True, False)


def test_isic_2019_takes_lesions_from_the_metadata_beside_it(images: Path) -> None:
    (images / "ISIC_2019_Training_Metadata.csv").write_text("image,lesion_id\n1,L7\n", encoding="utf-8")
    header = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
    lines = ("1,0.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0", "2,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,0.0")
    rows = read(images, "ISIC_2019_Training_GroundTruth.csv", header, *lines)
    assert [row.code for row in rows] == ["nevus", "squamous_cell_carcinoma"]
    assert [(row.group, row.group_known) for row in rows] == [("L7", True), ("2", False)]


def test_pad_ufes_20_groups_by_patient(images: Path) -> None:
    rows = read(
        images, "metadata.csv", "patient_id,lesion_id,fitspatrick,diagnostic,img_id", "PAT_8,15,3.0,SEK,3.png"
    )
    assert (rows[0].path, rows[0].code, rows[0].group) == ("3.jpg", "benign_keratosis", "PAT_8")
    assert rows[0].skin_tone == "fitzpatrick 3"
    assert rows[0].clinical


def test_a_photo_that_the_metadata_names_and_nobody_has_is_reported(images: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="row 2: there is no photo ISIC_1"):
        read(images, "m.csv", "lesion_id,image_id,dx", "HAM_1,ISIC_1,nv")


def test_without_a_list_each_folder_is_a_condition(images: Path) -> None:
    for number, condition in enumerate(("nevus", "tinea")):
        (images / condition).mkdir()
        (images / f"{number}.jpg").rename(images / condition / f"{number}.jpg")
    rows = read_folders(images, CATALOGUE)
    assert [(row.path, row.code) for row in rows] == [("nevus/0.jpg", "nevus"), ("tinea/1.jpg", "ringworm")]


def test_a_folder_named_after_no_condition_is_refused(images: Path) -> None:
    (images / "holiday").mkdir()
    (images / "0.jpg").rename(images / "holiday" / "0.jpg")
    with pytest.raises(ManifestCsvInvalid, match="unknown condition 'holiday'"):
        read_folders(images, CATALOGUE)
