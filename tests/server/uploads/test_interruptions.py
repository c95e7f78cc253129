"""Cut off at any point: what was durable stays, and the upload comes to the same end."""

import errno
import io

import pytest
from tus_doubles import BrokenBody, checksum

from device.wire.receipt import PhotoState
from server.errors import StorageFull
from server.parts import parts_of

PIECE = 65536


class Died(BaseException):
    """The process ended here, as by SIGKILL: nothing of ours catches it."""


def die(*_, **__):
    raise Died


def full(*_, **__):
    raise StorageFull("the server has no room: nothing was kept, try again later")


class FullFile(io.BytesIO):
    """On a disk without room."""

    def write(self, _):
        raise OSError(errno.ENOSPC, "no room")


def broken(tus, path, offset, content, length, **headers):
    """PATCH over a connection that breaks behind ``content``."""
    answer = tus.alone().kiosk.call(
        "PATCH",
        path,
        headers={
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }
        | headers,
        environ_overrides={"wsgi.input": BrokenBody(content), "CONTENT_LENGTH": str(length)},
    )
    assert answer.status_code == 408


def test_a_connection_that_breaks_leaves_what_was_durable_and_it_goes_on_from_there(
    tus, parts, record, photo, photo_row
):
    path = tus.begun(record)
    broken(tus, path, 0, photo[:100_000], len(photo))
    offset = tus.offset(path)
    assert 100_000 - PIECE <= offset <= 100_000
    assert tus.write(path, offset, photo[offset:]).status_code == 204
    assert parts.photos.read(photo_row().file) == photo


def test_a_body_with_a_checksum_that_breaks_off_leaves_nothing(tus, record, photo, files):
    path = tus.begun(record)
    broken(tus, path, 0, photo[:100_000], len(photo), **{"Upload-Checksum": checksum(photo)})
    assert (tus.offset(path), files()) == (0, [])


def test_bytes_behind_the_durable_offset_are_written_over(tus, parts, record, photo, photo_row, tmp_path):
    """A death between the file and its transaction leaves bytes that count for nothing."""
    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    part = tmp_path / "server" / "uploads" / path.rpartition("/")[2]
    with part.open("ab") as file:
        file.write(b"never committed")
    tus.write(path, 1000, photo[1000:])
    assert parts.photos.read(photo_row().file) == photo


@pytest.fixture
def next_process(app, start_app, monkeypatch):
    """The server again over the same home, as after a death."""

    def start():
        monkeypatch.undo()
        return start_app()

    return start


DEATHS = {
    "before the photo is vetted": lambda parts: (parts.uploads.finishing.vetting, "vet"),
    "before the photo is written": lambda parts: (parts.photos, "write"),
    "before its row names it": lambda parts: (parts.removals, "take_over"),
    "before its part is removed": lambda parts: (parts.uploads.finishing.parts_folder, "remove"),
}


def deadly(parts, monkeypatch, death):
    """Die there; dataclasses that are frozen are left alone, so the method goes on its class."""
    place, verb = DEATHS[death](parts)
    monkeypatch.setattr(type(place), verb, die)


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.parametrize("next_call", ["sweep", "HEAD", "empty PATCH"])
def test_an_upload_whose_process_died_at_its_end_is_finished_by_the_next_call(
    tus, parts, record, photo, photo_row, files, monkeypatch, next_process, death, next_call
):
    path = tus.begun(record)
    with monkeypatch.context() as patches:
        deadly(parts, patches, death)
        with pytest.raises(Died):
            tus.write(path, 0, photo)
    later = next_process()
    tus.kiosk.client = later.test_client()
    if next_call == "HEAD":
        assert tus.ask("HEAD", path).status_code in (200, 404)
    elif next_call == "empty PATCH":
        assert tus.write(path, len(photo), b"").status_code in (204, 404)
    for chore in parts_of(later).chores:
        chore()
    assert photo_row().state is PhotoState.KEPT
    assert files() == [f"photos/{photo_row().file}"]
    assert parts.photos.read(photo_row().file) == photo


def test_a_death_between_file_and_row_leaves_no_photo_that_nobody_knows_of(
    tus, kiosk, parts, record, photo, files, monkeypatch
):
    path = tus.begun(record)
    with monkeypatch.context() as patches:
        deadly(parts, patches, "before its row names it")
        with pytest.raises(Died):
            tus.write(path, 0, photo)
    assert any(file.startswith("photos/") for file in files())
    assert kiosk.call("DELETE", f"/v1/cases/{record['id']}").status_code == 200
    for chore in parts.chores:
        chore()
    assert files() == []


def test_a_full_disk_at_the_end_is_507_and_the_upload_is_finished_once_there_is_room(
    tus, parts, record, photo, photo_row, files, monkeypatch
):
    path = tus.begun(record)
    with monkeypatch.context() as patches:
        patches.setattr(parts.photos, "write", full)
        assert tus.write(path, 0, photo).status_code == 507
    assert [file for file in files() if file.startswith("photos/")] == []
    assert photo_row().state is PhotoState.WANTED
    assert tus.offset(path) == len(photo)
    assert photo_row().state is PhotoState.KEPT


def test_a_full_disk_on_the_way_is_507_and_what_was_durable_stays(tus, parts, record, photo, monkeypatch):
    path = tus.begun(record)
    tus.write(path, 0, photo[:1000])
    with monkeypatch.context() as patches:
        patches.setattr(parts.uploads.parts_folder, "write", full)
        assert tus.write(path, 1000, photo[1000:]).status_code == 507
    assert tus.offset(path) == 1000
    assert tus.write(path, 1000, photo[1000:]).status_code == 204


def test_a_full_disk_while_a_body_is_staged_is_507_and_nothing_of_it_stays(tus, record, photo, monkeypatch):
    path = tus.begun(record)
    with monkeypatch.context() as patches:
        patches.setattr("tempfile.TemporaryFile", lambda **_: FullFile())
        assert tus.write(path, 0, photo, Upload_Checksum=checksum(photo)).status_code == 507
    assert tus.offset(path) == 0


def test_a_removal_that_was_quicker_than_the_end_is_503_and_the_next_call_finishes(
    tus, parts, record, photo, photo_row, files, monkeypatch
):
    """The tidying thread may come between a photo's file and its row."""
    path, write = tus.begun(record), parts.photos.write
    with monkeypatch.context() as patches:
        patches.setattr(
            parts.photos, "write", lambda name, content: (write(name, content), parts.removals.pay_all())
        )
        answer = tus.write(path, 0, photo)
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
    assert tus.offset(path) == len(photo)
    assert files() == [f"photos/{photo_row().file}"]
