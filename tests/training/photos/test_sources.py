import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from models.errors import NotAPhoto, PhotoTooLarge
from models.photo_file import MAX_PHOTO_BYTES
from training.errors import ManifestCsvInvalid
from training.photos import sources
from training.photos.sources import opened


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[..., Path]:
    def make(members: dict[str, bytes]) -> Path:
        path = tmp_path / "photos.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path

    return make


def test_a_folder_and_a_zip_of_it_hold_the_same_photos(
    zipped: Callable[..., Path], tmp_path: Path, picture: Callable[..., NDArray[np.uint8]],
    jpeg: Callable[..., bytes],
) -> None:  # fmt: skip
    photo = jpeg(picture(1))
    folder = tmp_path / "photos"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.JPG").write_bytes(photo)
    (folder / "in" / "metadata.csv").write_bytes("\ufeffisic_id\n".encode())
    path = zipped(
        {"in/a.JPG": photo, "in/metadata.csv": "\ufeffisic_id\n".encode(), "__MACOSX/in/._a.JPG": b"x"}
    )
    for source in (folder, path):
        with opened(source) as photos:
            assert (photos.name, list(photos.paths())) == ("photos", ["in/a.JPG"])
            assert photos.holds("in/a.JPG")
            assert not photos.holds("in/b.jpg")
            assert photos.read("in/a.JPG") == photo
            assert photos.find("metadata.csv") == "in/metadata.csv"
            assert photos.find("other.csv") is None
            with photos.open_list("in/metadata.csv") as file:
                assert file.read() == "isic_id\n"


def test_a_photo_in_a_zip_that_unpacks_to_too_much_is_not_read(zipped: Callable[..., Path]) -> None:
    with opened(zipped({"bomb.jpg": bytes(MAX_PHOTO_BYTES + 1)})) as photos, pytest.raises(PhotoTooLarge):
        photos.read("bomb.jpg")


def test_a_photo_whose_declared_size_is_a_lie_is_unpacked_no_further(zipped: Callable[..., Path]) -> None:
    size = 50_000_000
    path = zipped({"liar.jpg": bytes(size)})
    path.write_bytes(path.read_bytes().replace(size.to_bytes(4, "little"), (99).to_bytes(4, "little")))
    tracemalloc.start()
    with opened(path) as photos, pytest.raises(NotAPhoto):
        photos.read("liar.jpg")
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < size / 10


def test_a_damaged_member_is_a_broken_photo_and_no_crash(zipped: Callable[..., Path]) -> None:
    path = zipped({"a.jpg": b"0123456789" * 50})
    whole = bytearray(path.read_bytes())
    whole[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(whole)
    with opened(path) as photos, pytest.raises(NotAPhoto, match="from the zip"):
        photos.read("a.jpg")


def test_a_list_in_a_zip_that_is_too_large_is_refused(
    zipped: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MOST_LIST_BYTES", 10)
    with opened(zipped({"metadata.csv": b"x" * 11})) as photos, pytest.raises(ManifestCsvInvalid):
        photos.open_list("metadata.csv")


def test_what_is_neither_folder_nor_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("photos")
    with pytest.raises(ManifestCsvInvalid, match="neither a folder nor a zip"), opened(tmp_path / "a.txt"):
        pass


def test_a_photo_that_is_gone_from_its_folder_cannot_be_read(tmp_path: Path) -> None:
    with opened(tmp_path) as photos, pytest.raises(NotAPhoto):
        photos.read("gone.jpg")
