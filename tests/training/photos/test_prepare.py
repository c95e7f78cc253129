"""From a list to a prepared folder."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.conditions import load_catalogue
from training.errors import ManifestCsvInvalid, PreparedInvalid, SplitLeaks, SplitUnknown
from training.photos.duplicates import Pairs
from training.photos.manifest_csv import read_listed, read_manifest_csv
from training.photos.prepare import arrange, decode_listed, learned_classes, load_prepared, prepare
from training.photos.row import Row
from training.photos.split import split_groups

CATALOGUE = tuple(load_catalogue().conditions)


def nothing() -> None:
    """A bar that nobody watches."""


def all_train(rows: Sequence[Row], twins: Pairs) -> Mapping[str, str]:
    return {row.group: "train" for row in rows}


@pytest.fixture
def textured(
    tmp_path: Path, picture: Callable[..., NDArray[np.uint8]], jpeg: Callable[..., bytes]
) -> Callable[..., Path]:
    """A list of four photos, of which the last is the first mirrored; each photo's split is given."""

    def make(*splits: str) -> Path:
        pictures = [picture(seed, 300) for seed in range(3)]
        for number, content in enumerate([*pictures, pictures[0][:, ::-1]]):
            (tmp_path / f"{number}.jpg").write_bytes(jpeg(content))
        rows = [f"{n}.jpg,nevus,dermoscopy,CC0,g{n},{split}" for n, split in enumerate(splits)]
        header = "path,condition,modality,licence,group_key,split"
        path = tmp_path / "manifest.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return make


def test_a_prepared_folder_gives_back_rows_splits_and_pixels(photo_list: Path, tmp_path: Path) -> None:
    rows = read_manifest_csv(photo_list, photo_list.parent, CATALOGUE)
    splits = {row.group: "train" for row in rows} | {"p1": "test"}
    counts = prepare(rows, splits, photo_list.parent, tmp_path / "out", nothing)
    prepared = load_prepared(tmp_path / "out", CATALOGUE)
    assert counts == Counter(train=5, test=1)
    assert list(prepared.rows) == rows
    assert prepared.splits[1] == "test"
    assert prepared.pixels.shape == (6, 256, 256, 3)


def test_age_sex_site_patient_and_lesion_survive_the_folder(images: Path, tmp_path: Path) -> None:
    path = images / "m.csv"
    header = (
        "path,condition,modality,licence,group_key,patient_id,lesion_id,age,sex,body_site,label_confirmation"
    )
    path.write_text(f"{header}\n0.jpg,nevus,dermoscopy,CC0,P,P,L,55.0,FEMALE,FACE,histo\n", encoding="utf-8")
    rows = read_manifest_csv(path, images, CATALOGUE)
    prepare(rows, {"P": "train"}, images, tmp_path / "out", nothing)
    (row,) = load_prepared(tmp_path / "out", CATALOGUE).rows
    assert row == rows[0]
    assert (row.patient, row.lesion, row.age, row.sex) == ("P", "L", 55.0, "female")
    assert (row.body_site, row.confirmation, row.number) == ("head_neck", "histo", 2)


def test_a_folder_prepared_before_rows_held_people_still_loads(photo_list: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    prepare(
        read_manifest_csv(photo_list, photo_list.parent, CATALOGUE),
        {f"p{n}": "train" for n in range(6)}, photo_list.parent, out, nothing,
    )  # fmt: skip
    lines = (out / "rows.csv").read_text(encoding="utf-8").splitlines()
    (out / "rows.csv").write_text(
        "\n".join(",".join(line.split(",")[:10]) for line in lines), encoding="utf-8"
    )
    rows = load_prepared(out, CATALOGUE).rows
    assert [(row.age, row.patient, row.body_site) for row in rows] == [(None, "", "")] * 6
    assert [row.group_known for row in rows] == [True] * 5 + [False]


def test_every_broken_photo_is_named_with_its_row_not_only_the_first(
    photo_list: Path, tmp_path: Path
) -> None:
    images = photo_list.parent
    rows = read_manifest_csv(photo_list, images, CATALOGUE)
    for number in (1, 4):
        (images / f"{number}.jpg").write_bytes(b"no photo")
    with pytest.raises(ManifestCsvInvalid, match=r"2 faults") as refused:
        prepare(rows, all_train, images, tmp_path / "out", nothing)
    assert "row 3: 1.jpg" in str(refused.value)
    assert "row 6: 4.jpg" in str(refused.value)
    assert not (tmp_path / "out" / "rows.csv").exists()


def test_a_second_try_that_fails_leaves_nothing_to_learn_from(photo_list: Path, tmp_path: Path) -> None:
    images, out = photo_list.parent, tmp_path / "out"
    rows = read_manifest_csv(photo_list, images, CATALOGUE)
    prepare(rows, all_train, images, out, nothing)
    wrong = {row.group: "train" for row in rows} | {"p5": "nowhere"}
    with pytest.raises(SplitUnknown):
        prepare(rows, wrong, images, out, nothing)
    with pytest.raises(PreparedInvalid, match="run kiosk-train prepare"):
        load_prepared(out, CATALOGUE)


def test_faults_of_the_list_and_broken_photos_are_told_together(photo_list: Path, tmp_path: Path) -> None:
    images = photo_list.parent
    text = photo_list.read_text(encoding="utf-8").replace("melanoma", "melanomma")
    photo_list.write_text(text, encoding="utf-8")
    (images / "3.jpg").unlink()
    (images / "4.jpg").write_bytes(b"no photo")
    listed = read_listed(images, photo_list, CATALOGUE)
    decoded = decode_listed(listed, images, tmp_path / "out", nothing)
    with pytest.raises(ManifestCsvInvalid, match=r"3 faults.*\nrow 4: 2.*\nrow 5: .*3\.jpg\nrow 6: 4"):
        decoded.sound()


def test_bad_rows_can_be_left_out_and_counted(photo_list: Path, tmp_path: Path) -> None:
    images, out = photo_list.parent, tmp_path / "out"
    (images / "3.jpg").unlink()
    (images / "4.jpg").write_bytes(b"no photo")
    decoded = decode_listed(read_listed(images, photo_list, CATALOGUE), images, out, nothing)
    counts = arrange(decoded.usable(), all_train, out)
    assert Counter(fault.kind for fault in decoded.faults) == {"missing photo": 1, "broken photo": 1}
    assert counts == {"train": 4}
    prepared = load_prepared(out, CATALOGUE)
    assert [row.path for row in prepared.rows] == ["0.jpg", "1.jpg", "2.jpg", "5.jpg"]
    assert prepared.pixels.shape == (4, 256, 256, 3)


def test_a_list_of_which_nothing_can_be_used_is_refused_even_then(photo_list: Path, tmp_path: Path) -> None:
    images = photo_list.parent
    for number in range(6):
        (images / f"{number}.jpg").write_bytes(b"no photo")
    decoded = decode_listed(read_listed(images, photo_list, CATALOGUE), images, tmp_path / "out", nothing)
    with pytest.raises(ManifestCsvInvalid, match="no photo that can be used"):
        decoded.usable()


def test_a_split_that_the_list_brings_is_taken_as_it_is(
    textured: Callable[..., Path], tmp_path: Path
) -> None:
    rows = read_manifest_csv(textured("test", "train", "calibrate", "test"), tmp_path, CATALOGUE)
    prepare(rows, all_train, tmp_path, tmp_path / "out", nothing)
    prepared = load_prepared(tmp_path / "out", CATALOGUE)
    assert prepared.splits == ("test", "train", "calibrate", "test")


def test_a_split_that_the_list_brings_is_refused_where_it_leaks(
    textured: Callable[..., Path], tmp_path: Path
) -> None:
    rows = read_manifest_csv(textured("train", "train", "calibrate", "test"), tmp_path, CATALOGUE)
    with pytest.raises(SplitLeaks, match=r"0\.jpg \(train\) and 3\.jpg \(test\): near duplicate"):
        prepare(rows, all_train, tmp_path, tmp_path / "out", nothing)


def test_a_split_list_is_refused_where_it_leaks(textured: Callable[..., Path], tmp_path: Path) -> None:
    rows = read_manifest_csv(textured("", "", "", ""), tmp_path, CATALOGUE)
    splits = {"g0": "train", "g1": "train", "g2": "train", "g3": "test"}
    with pytest.raises(SplitLeaks, match="1 pairs"):
        prepare(rows, splits, tmp_path, tmp_path / "out", nothing)


def test_a_split_that_is_made_keeps_near_duplicates_together(
    textured: Callable[..., Path], tmp_path: Path
) -> None:
    rows = read_manifest_csv(textured("", "", "", ""), tmp_path, CATALOGUE)
    for seed in range(5):

        def share_out(rows: Sequence[Row], twins: Pairs, seed: int = seed) -> Mapping[str, str]:
            return split_groups(rows, ("nevus",), seed, twins)

        prepare(rows, share_out, tmp_path, tmp_path / "out", nothing)
        splits = load_prepared(tmp_path / "out", CATALOGUE).splits
        assert splits[0] == splits[3]


def test_a_split_list_that_lacks_a_group_says_which(textured: Callable[..., Path], tmp_path: Path) -> None:
    rows = read_manifest_csv(textured("", "", "", ""), tmp_path, CATALOGUE)
    with pytest.raises(SplitUnknown, match="2 groups are in none of train, calibrate, test: g1, g3"):
        prepare(rows, {"g0": "train", "g2": "test", "g3": "val"}, tmp_path, tmp_path / "out", nothing)


def test_a_folder_that_nobody_prepared_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(PreparedInvalid, match="run kiosk-train prepare"):
        load_prepared(tmp_path, CATALOGUE)


def test_a_folder_that_was_prepared_by_halves_is_refused(photo_list: Path, tmp_path: Path) -> None:
    images, out = photo_list.parent, tmp_path / "out"
    rows = read_manifest_csv(photo_list, images, CATALOGUE)
    prepare(rows, all_train, images, out, nothing)
    lines = (out / "rows.csv").read_text(encoding="utf-8").splitlines()
    (out / "rows.csv").write_text("\n".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(PreparedInvalid, match="by halves"):
        load_prepared(out, CATALOGUE)
    with pytest.raises(PreparedInvalid, match="by halves"):
        arrange(rows[:-1], all_train, out)


def test_a_condition_with_fewer_than_twenty_photos_is_not_learned(row: Callable[..., Row]) -> None:
    rows = [row(f"n{n}") for n in range(20)] + [row(f"m{n}", code="melanoma") for n in range(19)]
    assert learned_classes(rows, CATALOGUE) == ("nevus",)
