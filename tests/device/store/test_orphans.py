"""Photo files that no case names go after two looks in a row, whatever their times say."""

import os

import pytest

from device.store import open_store

NAMELESS = "ed/0195-never-acknowledged-0.jpg"
YEAR_SECONDS = 365 * 24 * 3600


@pytest.fixture
def orphan(store, skin_jpeg):
    """A photo whose row was never written."""
    return store.photos.write("0195-never-acknowledged", 0, skin_jpeg)


@pytest.fixture
def look(store):
    """One hourly look; the files that are there afterwards."""

    def look():
        store.remove_orphans()
        return set(store.photos.files())

    return look


def test_a_photo_whose_row_was_never_written_goes_at_the_second_look(look, orphan):
    assert orphan.file == NAMELESS
    assert look() == {NAMELESS}
    assert look() == set()


def test_a_photo_that_a_case_names_is_never_one(store, take, look):
    kept = take("classified").photos[0]
    for _ in range(3):
        assert look() == {kept.file}
    assert store.photos.read(kept)


def test_a_photo_that_gets_its_row_between_two_looks_stays(store, look, skin_jpeg):
    case_id = "0195-slow"
    photo = store.photos.write(case_id, 0, skin_jpeg)
    look()
    store.cases.receive(case_id, photo)
    for _ in range(2):
        assert look() == {photo.file}


def test_a_file_has_to_be_nameless_at_two_looks_in_a_row(store, look, skin_jpeg):
    case_id = "0195-slow"
    photo = store.photos.write(case_id, 0, skin_jpeg)
    look()
    store.cases.receive(case_id, photo)
    look()
    store.cases.erase(case_id)
    store.cases.erasure_done([photo.file])  # nobody owes the file any more, and it is still there
    assert look() == {photo.file}
    assert look() == set()


def test_a_file_that_came_after_the_first_look_waits_for_a_third(store, look, orphan, skin_jpeg):
    look()
    later = store.photos.write("0195-later", 0, skin_jpeg)
    assert look() == {later.file}
    assert look() == set()


def test_an_unfinished_file_goes_too(store, look):
    unfinished = store.photos.folder / "ab" / "0195-ab-0.jpg.part"
    unfinished.parent.mkdir()
    unfinished.write_bytes(b"half")
    assert look() == {"ab/0195-ab-0.jpg.part"}
    assert look() == set()


def test_a_file_that_another_process_finishes_meanwhile_is_left_alone(store, look):
    folder = store.photos.folder / "ab"
    folder.mkdir()
    (folder / "1-0.jpg.part").write_bytes(b"half")
    look()
    (folder / "1-0.jpg.part").rename(folder / "1-0.jpg")
    assert look() == {"ab/1-0.jpg"}


@pytest.mark.parametrize("shift_seconds", [-YEAR_SECONDS, YEAR_SECONDS])
def test_the_files_own_times_count_for_nothing(store, look, orphan, shift_seconds):
    path = store.photos.folder / orphan.file
    at = path.stat().st_mtime + shift_seconds
    os.utime(path, (at, at))
    assert look() == {NAMELESS}
    assert look() == set()


def test_a_restart_starts_the_looks_anew(store, home, clock, look, orphan):
    look()
    later = open_store(home, clock=clock)
    later.remove_orphans()
    assert set(later.photos.files()) == {NAMELESS}
    later.remove_orphans()
    assert set(later.photos.files()) == set()
    later.close()


def test_one_that_cannot_be_removed_is_tried_again(store, look, orphan, monkeypatch):
    look()

    def fail(file):
        raise OSError("the card does not answer")

    with monkeypatch.context() as failing:
        failing.setattr(store.photos, "remove", fail)
        with pytest.raises(OSError, match="does not answer"):
            look()
    assert look() == set()
