"""Photos in a folder: whole or not there, open to nobody else."""

import errno
import os
import stat

import pytest

from server.errors import ConfigInvalid, StorageFull
from server.photos.folder import FolderPhotos
from server.photos.photo_store import new_name


@pytest.fixture
def photos(tmp_path):
    return FolderPhotos(tmp_path / "photos")


def all_below(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_neither_group_nor_others_can_open_anything(photos, tmp_path):
    mask = os.umask(0)
    try:
        photos.write(new_name(), b"a photo")
    finally:
        os.umask(mask)
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "photos").rglob("*")}
    assert modes == {0}


def test_of_a_removed_photo_no_file_is_left(photos, tmp_path):
    name = new_name()
    photos.write(name, b"a photo")
    photos.remove(name)
    assert all_below(tmp_path) == []


def test_what_was_being_written_when_the_power_went_goes_with_it(photos, tmp_path):
    name = new_name()
    photos.write(name, b"a photo")
    (tmp_path / "photos" / (name + ".part")).write_bytes(b"half a ph")
    photos.remove(name)
    assert all_below(tmp_path) == []


@pytest.mark.parametrize("call", ["pwrite", "fdatasync", "rename"])
@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_and_nothing_half_is_left(photos, tmp_path, monkeypatch, call, fault):
    def full(*_, **__):
        raise OSError(fault, "no room")

    if call == "rename":
        monkeypatch.setattr("pathlib.Path.replace", full)
    else:
        monkeypatch.setattr(os, call, full)
    with pytest.raises(StorageFull, match="try again later"):
        photos.write(new_name(), b"a photo")
    assert all_below(tmp_path) == []


def test_a_disk_that_takes_little_at_a_time_gets_all_of_it(photos, monkeypatch):
    pwrite, name = os.pwrite, new_name()
    monkeypatch.setattr(os, "pwrite", lambda file, content, at: pwrite(file, content[:3], at))
    photos.write(name, b"a photo of eighteen")
    assert photos.read(name) == b"a photo of eighteen"


@pytest.mark.parametrize("name", ["../../etc/passwd", "ab/../../x", "/etc/passwd", "ab/cd", ""])
def test_under_a_name_that_is_not_ours_nothing_is_written(photos, tmp_path, name):
    with pytest.raises(ValueError, match="new_name"):
        photos.write(name, b"a photo")
    photos.remove(name)
    assert all_below(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told_at_the_start(tmp_path):
    (tmp_path / "photos").write_text("a file")
    with pytest.raises(ConfigInvalid, match="photos"):
        FolderPhotos(tmp_path / "photos")
