"""An archive that is not, byte for byte, what was written is refused, and no path of its own counts."""

import io
import json
import tarfile
from datetime import UTC, datetime

import pytest

from server.backup.archive import CONTENTS_FILE, VERSION, Contents, new_archive
from server.backup.unpacking import unpack
from server.errors import Refused

PHOTO = f"photos/ab/{'ab' * 16}"
OTHER = f"photos/cd/{'cd' * 16}"
FILES = {"server.toml": b"", "receipts.pem": b"a key", "server.sqlite3": bytes(5000), PHOTO: b"a photo" * 99}
MADE_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "a.tar"
    with new_archive(path) as new:
        for name, content in FILES.items():
            new.add(name, io.BytesIO(content))
        new.end(Contents(version=VERSION, made_at=MADE_AT, database="sqlite", sha256=new.sha256))
    return path


@pytest.fixture
def unpacked(archive, tmp_path):
    """Unpacks it into a folder, which is given."""

    def do():
        folder = tmp_path / "deep" / "folder"
        folder.mkdir(parents=True, exist_ok=True)
        unpack(archive, folder)
        return folder

    return do


@pytest.fixture
def refused(unpacked, tmp_path):
    """It has to be refused, with these words."""

    def check(words="damaged"):
        with pytest.raises(Refused, match=words):
            unpacked()
        assert not list(tmp_path.rglob("escaped"))

    return check


def as_it_is(contents):
    return contents


def rewrite(path, change=as_it_is, extra=None):
    """The archive anew: its list gone through ``change``, a member ``extra`` before it."""
    with tarfile.open(path) as tar:
        files = [(member, tar.extractfile(member).read()) for member in tar]
    contents = change(json.loads(files.pop()[1]))
    told = json.dumps(contents).encode()
    with tarfile.open(path, "w") as tar:
        for entry, content in files:
            tar.addfile(entry, io.BytesIO(content))
        if extra:
            tar.addfile(extra, io.BytesIO(bytes(extra.size)))
        entry = tarfile.TarInfo(CONTENTS_FILE)
        entry.size = len(told)
        tar.addfile(entry, io.BytesIO(told))


def a_member(name, kind=tarfile.REGTYPE, linkname=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, linkname
    entry.size = 3 if kind == tarfile.REGTYPE else 0
    return entry


def test_every_file_comes_out_as_it_went_in(unpacked):
    folder = unpacked()
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    assert {str(name): path.read_bytes() for name, path in found.items()} == FILES
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o600}


def test_a_flipped_bit_at_either_end_of_a_file(archive, refused):
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        ends = [(m.offset_data, m.offset_data + m.size - 1) for m in tar if m.size and m.name in FILES]
    assert len(ends) == 3
    for place in (place for both in ends for place in both):
        archive.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused()


def test_an_archive_that_was_cut_off_anywhere(archive, refused):
    whole = archive.read_bytes()
    with tarfile.open(archive) as tar:
        end = tar.getmembers()[-1].offset_data
    for size_bytes in range(0, end + 1, 97):
        archive.write_bytes(whole[:size_bytes])
        refused()


def test_an_archive_that_ends_before_its_list(archive, refused):
    with tarfile.open(archive) as tar:
        last = tar.getmembers()[-1]
    archive.write_bytes(archive.read_bytes()[: last.offset] + bytes(1024))
    refused()


@pytest.mark.parametrize("content", [b"", b"not one", b"\x1f\x8b" + bytes(600), bytes(10240)])
def test_a_file_that_is_no_archive(archive, refused, content):
    archive.write_bytes(content)
    refused()


@pytest.mark.parametrize(
    "name",
    [
        "../escaped",
        "/tmp/escaped",
        "photos/../../escaped",
        "photos/ab/../../../escaped",
        "photos/ab/escaped",
        "server.sqlite3-wal",
        OTHER + "\n",
        OTHER,
        PHOTO,
        "receipts.pem",
        CONTENTS_FILE,
    ],
)
def test_a_member_that_was_put_in(archive, refused, name):
    rewrite(archive, extra=a_member(name))
    refused()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_file_though_the_list_names_it(archive, refused, kind):
    named = {"sha256": json.loads(contents_of(archive))["sha256"] | {OTHER: "a" * 64}}
    rewrite(archive, lambda contents: contents | named, a_member(OTHER, kind, "../../escaped"))
    refused()


def contents_of(archive):
    with tarfile.open(archive) as tar:
        return tar.extractfile(CONTENTS_FILE).read()


def test_a_file_that_was_taken_out(archive, refused):
    rewrite(archive, lambda contents: contents | {"sha256": contents["sha256"] | {OTHER: "a" * 64}})
    refused()


@pytest.mark.parametrize("field", ["version", "made_at", "database", "sha256"])
def test_a_list_that_says_too_little(archive, refused, field):
    rewrite(archive, lambda contents: {name: value for name, value in contents.items() if name != field})
    refused()


def test_a_newer_programs_archive(archive, refused):
    rewrite(archive, lambda contents: {"version": VERSION + 1}, a_member("something.new"))
    refused("update this one first")


def test_what_a_list_says_beside_is_passed_over(archive, unpacked):
    rewrite(archive, lambda contents: contents | {"program": "0.1.1"})
    unpacked()
