"""Files that survive a power cut."""

import os
import stat

import pytest

from device.durable import UNFINISHED, write_at, write_durably


def test_a_file_is_whole_and_nothing_else_is_there(tmp_path):
    path = tmp_path / "new" / "photo"
    write_durably(path, b"all of it")
    assert path.read_bytes() == b"all of it"
    assert [file.name for file in path.parent.iterdir()] == ["photo"]


def test_what_a_power_cut_left_of_an_earlier_try_is_no_part_of_the_file(tmp_path):
    (tmp_path / f"photo{UNFINISHED}").write_bytes(b"longer than what comes")
    write_durably(tmp_path / "photo", b"short")
    assert (tmp_path / "photo").read_bytes() == b"short"


@pytest.mark.parametrize("call", ["pwrite", "fdatasync"])
def test_where_it_cannot_be_written_what_was_there_stays(tmp_path, monkeypatch, call):
    path = tmp_path / "photo"
    write_durably(path, b"before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(OSError, match="No space left"):
        write_durably(path, b"after")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("photo", b"before")]


def test_a_secret_is_never_readable_by_others(tmp_path):
    write_durably(tmp_path / "key", b"secret", 0o600)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_piece_is_written_at_its_place(tmp_path):
    write_at(tmp_path / "upload", b"one", 0, 0o600)
    write_at(tmp_path / "upload", b"two", 3, 0o600)
    assert (tmp_path / "upload").read_bytes() == b"onetwo"
