"""A backup is one consistent copy of a home whose server runs."""

import hashlib
import json
import os
import sqlite3
import stat
import tarfile
from functools import partial

import pytest
from at_once import at_once
from server_backings import on_postgresql

from server.backup.archive import CONTENTS_FILE
from server.backup.backup import back_up
from server.config import load_settings
from server.errors import Refused, StorageFull


def members(path):
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}


def test_it_is_one_file_that_nobody_else_may_read(backed_up, tmp_path):
    before = os.umask(0)
    try:
        path = backed_up().path
    finally:
        os.umask(before)
    assert path == tmp_path / "kiosk-server-20261122T120000Z.tar"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == [path.name, "server"]


def test_it_holds_what_a_home_needs_and_the_sha256_of_each(backed_up, clinic, home):
    case = clinic.case()
    file = clinic.parts.cases.get(clinic.kiosk.id, case["id"]).photos[0].file
    found = members(backed_up().path)
    mark = f"photos/00/{'0' * 32}"
    names = ["server.toml", "receipts.pem", "server.sqlite3", mark, f"photos/{file}", CONTENTS_FILE]
    assert list(found) == names
    assert found["receipts.pem"] == (home / "receipts.pem").read_bytes()
    assert found[f"photos/{file}"] == clinic.photo(case)
    told = json.loads(found.pop(CONTENTS_FILE))["sha256"]
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}


def send_many(clinic, count):
    for _ in range(count):
        clinic.case()


def test_rows_and_photos_of_a_server_at_work_fit_together(backed_up, clinic, restored, clock):
    def while_they_come():
        made = []
        for _ in range(4):
            clock.pass_(seconds=1)  # each has a name of its own
            made.append(backed_up())
        return made

    clinic.case()
    _, backups = at_once(partial(send_many, clinic, 15), while_they_come)
    for backup in backups:
        found = members(backup.path)
        (clinic.parts.home.parent / "a.sqlite3").write_bytes(found["server.sqlite3"])
        with sqlite3.connect(clinic.parts.home.parent / "a.sqlite3") as rows:
            named = {f"photos/{file}" for (file,) in rows.execute("SELECT file FROM photos WHERE file > ''")}
            assert rows.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows.close()
        assert {name for name in found if name.startswith("photos/") and "000000" not in name} == named
        assert backup.gone == 0


def test_a_photo_that_goes_in_between_is_counted(backed_up, clinic):
    clinic.case()
    case = clinic.case()
    file = clinic.parts.cases.get(clinic.kiosk.id, case["id"]).photos[0].file
    clinic.parts.photos.remove(file)
    made = backed_up()
    assert (made.photos, made.gone) == (1, 1)
    assert f"photos/{file}" not in members(made.path)


def test_where_there_is_no_room_nothing_half_is_left(backed_up, tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        backed_up()
    assert [file.name for file in tmp_path.iterdir()] == ["server"]


def test_an_older_backup_is_not_written_over(backed_up):
    backed_up()
    with pytest.raises(Refused, match="name another file"):
        backed_up()


@pytest.mark.parametrize("lost", ["receipts.pem", "server.sqlite3"])
def test_a_home_that_is_none_is_refused(clinic, home, tmp_path, clock, lost):
    clinic.parts.database.close()
    (home / lost).unlink()
    with pytest.raises(Refused, match="home"):
        back_up(load_settings(home), tmp_path, clock)
    assert [file.name for file in tmp_path.iterdir()] == ["server"]


def test_a_disk_that_is_not_mounted_is_refused(clinic, home, tmp_path, clock):
    with pytest.raises(Refused, match="mount"):
        back_up(load_settings(home), tmp_path / "not there" / "a.tar", clock)


def test_a_damaged_database_makes_no_backup(backed_up, clinic, home):
    for _ in range(3):
        clinic.case()
    clinic.parts.database.close()
    with (home / "server.sqlite3").open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))
    with pytest.raises(Refused, match=r"damaged|read"):
        backed_up()


@on_postgresql
def test_it_says_that_postgresql_is_dumped_otherwise(backed_up, clinic):
    case = clinic.case()
    made = backed_up()
    assert [words for words in made.left if "pg_dump" in words]
    found = members(made.path)
    assert "server.sqlite3" not in found
    assert clinic.photo(case) in found.values()


def test_it_says_that_a_buckets_photos_are_elsewhere(backed_up, clinic, home):
    clinic.case()
    (home / "server.toml").write_text("photos.url = 's3://clinic/photos'\n")
    made = backed_up()
    assert [words for words in made.left if "s3://clinic/photos" in words]
    assert not [name for name in members(made.path) if name.startswith("photos/")]
