"""Several writers at once: one wins each offset, and the file stays whole."""

import os
from functools import partial

import pytest
from at_once import at_once
from server_backings import on_both_databases
from server_doubles import a_record

from device.wire.receipt import PhotoState

pytestmark = on_both_databases

RACES = int(os.environ.get("SKIN_KIOSK_RACES", "50"))
"""The long form is 500."""

WRITERS = 3


@pytest.fixture
def new_upload(kiosk, tus, parts, photo):
    """Begins the upload of one more case: its path, and how its photo stands."""

    def begin():
        record = a_record(photo)
        kiosk.put(record)
        return tus.begun(record), lambda: parts.cases.get(None, record["id"]).photos[0]

    return begin


def test_of_writers_at_one_offset_one_wins_and_the_file_is_whole(tus, parts, photo, new_upload):
    for race in range(RACES):
        path, row = new_upload()
        start = (race % 4) * 40_000
        tus.write(path, 0, photo[:start])
        writers = [tus.alone() for _ in range(WRITERS)]
        answers = at_once(*(partial(writer.write, path, start, photo[start:]) for writer in writers))
        won, *lost = sorted(answer.status_code for answer in answers)
        assert won == 204
        assert set(lost) <= {404, 409}, lost
        assert (row().state, parts.photos.read(row().file)) == (PhotoState.KEPT, photo)


def test_a_writer_of_other_bytes_never_mixes_with_one_of_the_right_ones(tus, parts, photo, new_upload):
    wrong = bytes(len(photo))
    for _ in range(RACES // 5):
        path, row = new_upload()
        answers = at_once(*(partial(tus.alone().write, path, 0, body) for body in (photo, wrong)))
        statuses = [answer.status_code for answer in answers]
        if statuses[0] == 204:
            assert statuses[1] in (404, 409)
            assert parts.photos.read(row().file) == photo
        else:
            assert (statuses[0] in (404, 409), statuses[1]) == (True, 422)
            assert (row().state, row().file) == (PhotoState.WANTED, None)


def test_writers_who_go_on_wherever_it_stands_bring_it_home_together(tus, parts, photo, new_upload):
    """Each asks for the offset, writes a little there, and goes on whether it won or lost."""

    def carry(writer, path, piece_bytes):
        while (answer := writer.ask("HEAD", path)).status_code == 200:
            offset = int(answer.headers["Upload-Offset"])
            writer.write(path, offset, photo[offset : offset + piece_bytes])

    for _ in range(RACES // 10):
        path, row = new_upload()
        at_once(*(partial(carry, tus.alone(), path, 10_000 + 7_000 * n) for n in range(WRITERS)))
        assert (row().state, parts.photos.read(row().file)) == (PhotoState.KEPT, photo)


def test_an_upload_that_several_finish_at_once_is_finished_once(tus, parts, photo, record, photo_row, files):
    path = tus.begun(record)
    upload = parts.uploads.look(tus.kiosk.id, path.rpartition("/")[2])
    for start in range(0, len(photo), 65536):
        upload = parts.uploads._write(upload, photo[start : start + 65536])
    seekers = [tus.alone() for _ in range(6)]
    answers = at_once(*(partial(seeker.ask, "HEAD", path) for seeker in seekers))
    assert {answer.status_code for answer in answers} <= {200, 404}
    assert any(answer.headers.get("Upload-Offset") == str(len(photo)) for answer in answers)
    assert files() == [f"photos/{photo_row().file}"]
    with parts.database.read() as r:
        assert r.exec_driver_sql("SELECT count(*) FROM jobs").scalar() == 1
        assert r.exec_driver_sql("SELECT count(*) FROM removals").scalar() == 0
