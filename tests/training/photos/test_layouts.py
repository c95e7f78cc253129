from pathlib import Path

import pytest

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.manifest_csv import read_manifest_csv
from training.photos.row import Row

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
    assert (rows[0].lesion, rows[0].age, rows[0].sex) == ("HAM_0000118", 80.0, "male")
    assert (rows[0].body_site, rows[0].confirmation) == ("head_neck", "histo")


def test_isic_2019_takes_lesions_from_the_metadata_beside_it(images: Path) -> None:
    (images / "ISIC_2019_Training_Metadata.csv").write_text(
        "image,age_approx,anatom_site_general,lesion_id,sex\n1,55.0,anterior torso,L7,female\n",
        encoding="utf-8",
    )
    header = "image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK"
    lines = ("1,0.0,1.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0", "2,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,0.0")
    rows = read(images, "ISIC_2019_Training_GroundTruth.csv", header, *lines)
    assert [row.code for row in rows] == ["nevus", "squamous_cell_carcinoma"]
    assert [(row.group, row.group_known) for row in rows] == [("L7", True), ("2", False)]
    assert [(row.age, row.sex, row.body_site) for row in rows] == [(55.0, "female", "trunk"), (None, "", "")]


def test_pad_ufes_20_groups_by_patient(images: Path) -> None:
    rows = read(
        images, "metadata.csv",
        "patient_id,lesion_id,age,gender,fitspatrick,region,diagnostic,img_id,biopsed",
        "PAT_8,15,72,FEMALE,3.0,FOREARM,SEK,3.png,False",
    )  # fmt: skip
    assert (rows[0].path, rows[0].code, rows[0].group) == ("3.jpg", "benign_keratosis", "PAT_8")
    assert rows[0].skin_tone == "fitzpatrick 3"
    assert rows[0].clinical
    assert (rows[0].patient, rows[0].lesion, rows[0].age) == ("PAT_8", "PAT_8_15", 72.0)
    assert (rows[0].sex, rows[0].body_site) == ("female", "upper_extremity")
    assert rows[0].confirmation == "clinical consensus"


def test_a_photo_that_the_metadata_names_and_nobody_has_is_reported(images: Path) -> None:
    with pytest.raises(ManifestCsvInvalid, match="row 2: there is no photo ISIC_1"):
        read(images, "m.csv", "lesion_id,image_id,dx", "HAM_1,ISIC_1,nv")
