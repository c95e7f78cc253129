"""Erased is erased: rows, photos and the bytes that they stood in, even when interrupted."""

import os
import time

import pytest

from device.case import CaseDetails, Origin
from device.errors import CaseUnknown, StoreDamaged
from device.store import open_store

PSEUDONYM = "PSEUDONYM-OF-NOBODY"
HOUR_SECONDS = 3600


def photo_files(store):
    return sorted(path.name for path in store.photos.folder.rglob("*") if path.is_file())


def bytes_on_disk(home):
    """Everything that stands in the database, its WAL and its index."""
    return b"".join(path.read_bytes() for path in home.glob("kiosk.sqlite3*"))


def make_old(path):
    """Make a file as if it had been written two hours ago."""
    at = time.time() - 2 * HOUR_SECONDS
    os.utime(path, (at, at))


def test_the_case_and_its_photo_are_gone(store, take):
    case = take("classified")
    assert photo_files(store)
    store.erase(case.id)
    with pytest.raises(CaseUnknown):
        store.cases.get(case.id)
    assert photo_files(store) == []
    assert store.cases.owed_erasures() == ()
    with pytest.raises(StoreDamaged):
        store.photos.read(case.photos[0])


def test_its_prediction_is_gone_too(store, take):
    store.erase(take("classified").id)
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM predictions").fetchone()[0] == 0
        assert r.execute("SELECT count(*) FROM photos").fetchone()[0] == 0


def test_other_cases_stay(store, take):
    kept, erased = take("classified"), take("classified")
    store.erase(erased.id)
    assert store.cases.get(kept.id) == kept
    assert store.photos.read(kept.photos[0])


def test_a_case_without_a_photo_can_be_erased(store, take):
    store.erase(take("asked").id)
    assert store.cases.count() == 0


def test_no_byte_of_the_pseudonym_stays_in_the_database_or_its_wal(store, home, take):
    for number in range(30):
        take("classified", subject=f"{PSEUDONYM}-{number}", lesion=f"LESION-OF-NOBODY-{number}")
    assert PSEUDONYM.encode() in bytes_on_disk(home)
    for case in store.cases.newest_first(100):
        store.erase(case.id)
    assert PSEUDONYM.encode() not in bytes_on_disk(home)
    assert b"LESION-OF-NOBODY" not in bytes_on_disk(home)


def test_erasing_one_of_many_leaves_no_byte_of_it(store, home, take):
    cases = [take("classified", subject=f"{PSEUDONYM}-{number:03}") for number in range(60)]
    for number in (59, 0, 17, 31):
        store.erase(cases[number].id)
        assert f"{PSEUDONYM}-{number:03}".encode() not in bytes_on_disk(home)
    assert f"{PSEUDONYM}-030".encode() in bytes_on_disk(home)


def test_an_interrupted_erase_is_finished_later(store, home, clock, take):
    case = take("classified", subject=PSEUDONYM)
    files = store.cases.erase(case.id)  # then the power goes, before a file is removed
    assert files == (case.photos[0].file,)
    assert photo_files(store)
    later = open_store(home, clock=clock)
    assert later.cases.owed_erasures() == files
    later.finish_erasures()
    assert photo_files(later) == []
    assert later.cases.owed_erasures() == ()
    assert PSEUDONYM.encode() not in bytes_on_disk(home)
    later.close()


def test_an_erase_interrupted_after_the_file_went_is_finished_too(store, take):
    case = take("classified")
    for file in store.cases.erase(case.id):
        store.photos.remove(file)
    store.finish_erasures()
    assert store.cases.owed_erasures() == ()


def test_a_photo_whose_row_was_never_written_goes_after_an_hour(store, take, skin_jpeg):
    kept = take("classified")
    orphan = store.photos.write("0195-never-acknowledged", 0, skin_jpeg)
    store.finish_erasures()
    assert store.photos.read(orphan)
    for photo in (orphan, kept.photos[0]):
        make_old(store.photos.folder / photo.file)
    store.finish_erasures()
    assert photo_files(store) == [f"{kept.id}-0.jpg"]


def test_an_unfinished_file_goes_after_an_hour(store):
    unfinished = store.photos.folder / "ab" / "0195-ab-0.jpg.part"
    unfinished.parent.mkdir()
    unfinished.write_bytes(b"half")
    make_old(unfinished)
    store.finish_erasures()
    assert not unfinished.exists()


def test_a_file_that_another_process_finishes_meanwhile_is_left_alone(store):
    folder = store.photos.folder / "ab"
    folder.mkdir()
    for name in ("1-0.jpg.part", "2-0.jpg.part"):
        (folder / name).write_bytes(b"half")
        make_old(folder / name)
    orphans = store.photos.orphans(set(), time.time())
    assert next(orphans) == "ab/1-0.jpg.part"
    (folder / "2-0.jpg.part").rename(folder / "2-0.jpg")
    assert list(orphans) == []


def test_erasing_does_not_wait_for_a_page_that_is_being_read(store, home, clock, take):
    case = take("classified", subject=PSEUDONYM)
    other = open_store(home, clock=clock)
    watch = other.watch()
    watch.changed()
    other.cases.newest_first(10)
    started = time.perf_counter()
    store.erase(case.id)
    assert time.perf_counter() - started < 2.0
    assert PSEUDONYM.encode() not in bytes_on_disk(home)
    watch.close()
    other.close()


def test_a_press_erased_while_it_waits_makes_room_for_the_next(store):
    store.erase(store.cases.ask(Origin.BUTTON, CaseDetails(subject=PSEUDONYM)).id)
    assert store.cases.ask(Origin.BUTTON)
