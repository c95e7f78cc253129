"""The ISIC archive's zip as it is downloaded."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid
from training.photos.isic_archive import label_of
from training.photos.manifest_csv import read_folders, read_listed
from training.photos.prepare import load_prepared, prepare

CATALOGUE = tuple(load_catalogue().conditions)
HEADER = (
    "isic_id,attribution,copyright_license,age_approx,anatom_site_general,diagnosis_1,diagnosis_2,diagnosis_3,"
    "diagnosis_confirm_type,fitzpatrick_skin_type,image_type,lesion_id,patient_id,sex"
)
GOOD = (
    "ISIC_0000001,Anonymous,CC-0,55,posterior torso,Benign,Benign melanocytic proliferations,Nevus,"
    "histopathology,II,dermoscopic,IL_1,IP_1,male",
    'ISIC_0000002,"Hospital, Barcelona",CC-BY-NC,80,head/neck,Indeterminate,'
    "Indeterminate epidermal proliferations,Solar or actinic keratosis,,,clinical: close-up,IL_2,,female",
    "ISIC_0000003,,CC-BY,,,Malignant,Malignant melanocytic proliferations (Melanoma),Melanoma in situ,,,"
    "TBP tile: close-up,,,",
)


@pytest.fixture
def archive(
    tmp_path: Path, picture: Callable[..., NDArray[np.uint8]], jpeg: Callable[..., bytes]
) -> Callable[..., Path]:
    def make(*lines: str) -> Path:
        path = tmp_path / "ISIC-images.zip"
        with zipfile.ZipFile(path, "w") as zipped:
            zipped.writestr("metadata.csv", "\n".join([HEADER, *lines]) + "\n")
            zipped.writestr("attribution.txt", "Anonymous\n")
            zipped.writestr("licenses/CC-0.txt", "CC0\n")
            for line in lines:
                name = line.split(",")[0]
                zipped.writestr(f"{name}.jpg", jpeg(picture(int(name[-3:]), 300)))
        return path

    return make


def test_rows_come_from_the_zips_own_metadata(archive: Callable[..., Path]) -> None:
    nevus, keratosis, melanoma = read_listed(archive(*GOOD), None, CATALOGUE).sound()
    assert (nevus.path, nevus.code, nevus.modality) == ("ISIC_0000001.jpg", "nevus", "dermoscopy")
    assert (nevus.group, nevus.patient, nevus.lesion, nevus.group_known) == ("IP_1", "IP_1", "IL_1", True)
    assert (nevus.age, nevus.sex, nevus.body_site) == (55.0, "male", "trunk")
    assert (nevus.skin_tone, nevus.confirmation) == ("fitzpatrick 2", "histopathology")
    assert (keratosis.code, keratosis.group, keratosis.clinical) == ("actinic_keratosis", "IL_2", True)
    assert keratosis.licence == "CC-BY-NC (Hospital, Barcelona)"
    assert (melanoma.code, melanoma.group, melanoma.group_known) == ("melanoma", "ISIC_0000003", False)
    assert (melanoma.clinical, melanoma.licence, melanoma.age) == (True, "CC-BY", None)


def test_a_zip_is_prepared_without_being_unpacked(archive: Callable[..., Path], tmp_path: Path) -> None:
    images = archive(*GOOD)
    rows = read_folders(images, CATALOGUE)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    prepare(rows, {row.group: "train" for row in rows}, images, tmp_path / "out", lambda: None)
    prepared = load_prepared(tmp_path / "out", CATALOGUE)
    assert [row.path for row in prepared.rows] == [row.path for row in rows]
    assert prepared.pixels.std(axis=(1, 2, 3)).min() > 10
    made = {path.name for path in tmp_path.rglob("*")} - set(before)
    assert made == {"out", "pixels.npy", "rows.csv", "split.csv"}


def test_what_the_archive_cannot_name_or_may_not_give_is_a_fault_of_its_row(
    archive: Callable[..., Path],
) -> None:
    images = archive(
        GOOD[0],
        "ISIC_0000004,A,CC-0,,,Indeterminate,,Atypical melanocytic neoplasm,,,dermoscopic,,,",
        "ISIC_0000005,A,CC-0,,,,,,,,dermoscopic,,,",
        "ISIC_0000006,A,CC-0,,,Benign,,Nevus,,,RCM: mosaic,,,",
        "ISIC_0000007,A,CC-BY-ND,,,Benign,,Nevus,,,dermoscopic,,,",
        "ISIC_0000008,A,,,,Benign,,Nevus,,,dermoscopic,,,",
    )
    with pytest.raises(ManifestCsvInvalid, match="5 faults") as refused:
        read_folders(images, CATALOGUE)
    told = str(refused.value)
    assert "row 3: ISIC_0000004.jpg has the unknown condition 'Atypical melanocytic neoplasm'" in told
    assert "row 4: ISIC_0000005.jpg has the unknown condition 'no diagnosis'" in told
    assert "row 5: ISIC_0000006.jpg has the modality 'RCM mosaic'" in told
    assert "row 6: ISIC_0000007.jpg has the licence 'CC-BY-ND (A)'" in told
    assert "row 7: licence is empty" in told


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (["Nevus, NOS, Compound", "Nevus", "Benign melanocytic proliferations", "Benign"], "nevus"),
        (["Melanoma metastasis", "Malignant melanocytic proliferations (Melanoma)"], "other_malignant"),
        (["Malignant melanocytic proliferations (Melanoma)", "Malignant"], "melanoma"),
        (["Lentigo NOS", "Flat melanotic pigmentations - not melanocytic nevus", "Benign"], "other_benign"),
        (["Squamous cell carcinoma in situ, Bowens disease", "Malignant"], "squamous_cell_carcinoma"),
        (["Hemangioma, Hobnail", "Hemangioma", "Benign"], "vascular_lesion"),
        (["Angiofibroma", "Benign"], "other_benign"),
        (["Collision - At least one malignant proliferation", "Malignant"], "other_malignant"),
        (["Psoriasis", "Inflammatory or infectious diseases", "Benign"], "psoriasis"),
        (["Inflammatory or infectious diseases", "Benign"], "inflammatory_or_infectious_unspecified"),
        (["seborrheic keratosis", "benign"], "seborrheic_keratosis"),
        (["malignant"], "other_malignant"),
        (["indeterminate/benign"], "indeterminate/benign"),
        ([], "no diagnosis"),
    ],
)  # fmt: skip
def test_the_finest_word_that_says_anything_decides(words: list[str], label: str) -> None:
    assert label_of(words) == label
