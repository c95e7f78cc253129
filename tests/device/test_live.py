"""The live picture and the panel cross from the device process to the pages, whole or not at all."""

import os
import threading
import time

import pytest

from device import live
from device.live import LiveReader, LiveWriter

HOUR_SECONDS = 3600


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run"


@pytest.fixture
def writer(folder):
    return LiveWriter(folder)


@pytest.fixture
def reader(folder, writer):
    return LiveReader(folder)


def age(path, seconds):
    """Make a file as if it had been written so long ago."""
    at = time.time() - seconds
    os.utime(path, (at, at))


def test_a_picture_and_its_prediction_cross(writer, reader):
    writer.show_picture(b"jpeg", {"inconclusive": True})
    written_at, picture = reader.picture()
    assert picture == b"jpeg"
    assert abs(written_at - time.time()) < 5
    assert reader.prediction() == {"inconclusive": True}


def test_the_newest_picture_is_seen(writer, reader):
    for number in range(5):
        writer.show_picture(b"%d" % number, {"number": number})
    assert reader.picture()[1] == b"4"
    assert reader.prediction() == {"number": 4}


def test_the_panel_crosses_and_tells_when_it_changed(writer, reader):
    assert reader.panel() is None
    assert reader.panel_changed_at() == 0.0
    writer.show_panel({"green": "on"})
    assert reader.panel() == {"green": "on"}
    assert abs(reader.panel_changed_at() - time.time()) < 5


def test_before_anything_was_shown_there_is_nothing(reader):
    assert reader.picture() is None
    assert reader.prediction() is None


def test_without_a_device_process_there_is_nothing(tmp_path):
    reader = LiveReader(tmp_path / "never made")
    assert reader.picture() is None
    assert reader.prediction() is None
    assert reader.panel() is None


def test_nobody_watches_until_somebody_does(writer, reader):
    assert not writer.is_watched()
    reader.watch()
    assert writer.is_watched()


def test_a_look_holds_for_three_seconds(folder, writer, reader):
    reader.watch()
    age(folder / "watch", 2.5)
    assert writer.is_watched()
    age(folder / "watch", 3.5)
    assert not writer.is_watched()
    reader.watch()
    assert writer.is_watched()


def test_an_old_prediction_is_not_shown(folder, writer, reader):
    writer.show_picture(b"jpeg", {"inconclusive": True})
    age(folder / "live.json", 3.5)
    assert reader.prediction() is None


def test_a_clock_that_was_set_back_does_not_make_old_things_new(folder, writer, reader):
    reader.watch()
    writer.show_picture(b"jpeg", {"inconclusive": True})
    for name in ("watch", "live.json"):
        age(folder / name, -HOUR_SECONDS)  # written before the clock was set back by an hour
    assert not writer.is_watched()
    assert reader.prediction() is None


def test_a_writer_that_starts_removes_what_an_earlier_run_left(folder, writer, reader):
    writer.show_picture(b"jpeg", {})
    writer.show_panel({"green": "on"})
    LiveWriter(folder)
    assert reader.picture() is None
    assert reader.panel() is None


def test_what_nobody_watches_is_removed_and_the_panel_stays(folder, writer, reader):
    writer.show_picture(b"jpeg", {})
    writer.show_panel({"green": "on"})
    (folder / "live.jpg.part").write_bytes(b"half of somebody's skin")
    writer.clear()
    assert [path.name for path in folder.iterdir()] == ["panel.json"]
    writer.clear()
    writer.show_picture(b"next", {})
    assert reader.picture()[1] == b"next"


def test_clearing_where_nothing_can_be_removed_does_nothing(folder, writer):
    (folder / "live.jpg").mkdir()
    writer.clear()


def test_watching_where_nothing_can_be_written_does_nothing(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    LiveReader(tmp_path / "file" / "run").watch()


def test_a_reader_never_sees_half_a_picture(writer, reader):
    pictures = [bytes((number,)) * 200_000 for number in (1, 2)]
    writer.show_picture(pictures[0], {"number": [1] * 5000})
    done = threading.Event()

    def write():
        for turn in range(150):
            writer.show_picture(pictures[turn % 2], {"number": [turn] * 5000})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    while not done.is_set():
        assert reader.picture()[1] in pictures
        assert len(reader.prediction()["number"]) == 5000
        seen += 1
    thread.join()
    assert seen > 0


def test_unfinished_files_are_not_left_behind(folder, writer):
    writer.show_picture(b"jpeg", {})
    writer.show_panel({})
    assert sorted(path.name for path in folder.iterdir()) == ["live.jpg", "live.json", "panel.json"]


def test_the_names_are_those_that_the_design_gives():
    assert (live._PICTURE, live._PREDICTION, live._WATCH) == ("live.jpg", "live.json", "watch")


def test_what_cannot_be_written_is_said_to_whoever_shows_it(folder, writer, reader):
    folder.rmdir()
    with pytest.raises(OSError, match="No such file"):
        writer.show_picture(b"jpeg", {})
    with pytest.raises(OSError, match="No such file"):
        writer.show_panel({"green": "on"})
    assert reader.picture() is None
    assert reader.panel() is None


@pytest.mark.parametrize("years", [1, -1])
def test_a_picture_from_before_the_clock_jumped_is_not_fresh_and_the_next_one_is(
    folder, writer, reader, years
):
    writer.show_picture(b"jpeg", {"number": 1})
    reader.watch()
    for name in ("live.jpg", "live.json", "watch"):
        age(folder / name, years * 365 * 24 * HOUR_SECONDS)
    assert reader.fresh_picture() is None
    assert reader.prediction() is None
    assert not writer.is_watched()
    reader.watch()
    writer.show_picture(b"next", {"number": 2})
    assert writer.is_watched()
    assert reader.fresh_picture()[1] == b"next"
    assert reader.prediction() == {"number": 2}
