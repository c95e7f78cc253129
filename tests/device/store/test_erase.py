"""Erased is erased: rows, photos and the bytes that they stood in, even when interrupted."""

import time

import pytest

from device.case import CaseDetails, Origin
from device.errors import CaseUnknown, StoreDamaged
from device.store import open_store

PSEUDONYM = "PSEUDONYM-OF-NOBODY"


def photo_files(store):
    return sorted(path.name for path in store.photos.folder.rglob("*") if path.is_file())


def bytes_on_disk(home):
    """Everything that stands in the database, its WAL and its index."""
    return b"".join(path.read_bytes() for path in home.glob("kiosk.sqlite3*"))


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


def test_no_byte_of_what_was_written_about_a_case_stays(store, home, take, draft):
    kept = take("classified")
    store.amendments.write(kept.id, draft("note", text="NOTE-THAT-STAYS"))
    cases = [take("classified", subject=f"{PSEUDONYM}-{number:03}") for number in range(20)]
    for case in cases:
        first = draft("note", text="NOTE-OF-NOBODY " * 40, by="WRITER-OF-NOBODY")
        store.amendments.write(case.id, first)
        store.amendments.write(case.id, draft("note", replaces=first.id, text="CORRECTION-OF-NOBODY"))
        store.amendments.write(case.id, draft("diagnosis", text="DIAGNOSIS-OF-NOBODY"))
        store.amendments.write(case.id, draft("details", subject=f"NEW-{PSEUDONYM}"))
    assert b"NOTE-OF-NOBODY" in bytes_on_disk(home)
    for case in cases:
        store.erase(case.id)
    assert b"OF-NOBODY" not in bytes_on_disk(home)
    assert b"NOTE-THAT-STAYS" in bytes_on_disk(home)


def test_its_amendments_are_gone_and_those_of_other_cases_stay(store, take, draft):
    kept, erased = take("classified"), take("classified")
    for case in (kept, erased):
        store.amendments.write(case.id, draft("note", text="Itches."))
        store.amendments.write(case.id, draft("consent", review=True))
    store.erase(erased.id)
    assert len(store.cases.get(kept.id).amendments) == 2
    with store.database.read() as r:
        assert r.execute("SELECT count(*) FROM amendments").fetchone()[0] == 2


def test_a_pseudonym_that_was_corrected_is_gone_with_its_case(store, home, take, draft):
    case = take("classified", subject=PSEUDONYM)
    store.amendments.write(case.id, draft("details", subject="P-17"))
    store.erase(case.id)
    assert PSEUDONYM.encode() not in bytes_on_disk(home)
    assert {change.subject for change in store.changes.after(0)} == {None}


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
