"""Room held back on the card: real blocks, thrown off in need and taken up again."""

import errno
import os

import pytest

from device import store as store_module
from device.errors import StoreFull
from device.store import ballast as ballast_module
from device.store import open_store
from device.store.ballast import BALLAST_BYTES, BALLAST_FILE, LOW_BYTES
from device.store.database import Database
from device.store.photos import PhotoFolder

PLENTY_BYTES = 10 * BALLAST_BYTES


@pytest.fixture
def file(home, store):
    """The ballast of a home in which a store was opened."""
    return home / BALLAST_FILE


@pytest.fixture
def leave_free(monkeypatch):
    """Makes the card look as if so many bytes were free."""

    def leave(number):
        monkeypatch.setattr(ballast_module, "free_bytes", lambda folder: number)

    return leave


def test_opening_takes_up_real_blocks_of_zeros(file):
    assert file.read_bytes() == bytes(BALLAST_BYTES)
    assert file.stat().st_blocks * 512 >= BALLAST_BYTES


def test_where_there_is_little_room_none_is_taken_up(store, file, leave_free):
    file.unlink()
    leave_free(2 * BALLAST_BYTES - 1)
    store.keep_ballast()
    assert not file.exists()
    leave_free(2 * BALLAST_BYTES)
    store.keep_ballast()
    assert file.stat().st_size == BALLAST_BYTES


def test_one_that_was_cut_short_is_made_whole(store, file):
    os.truncate(file, 1000)
    store.keep_ballast()
    assert file.stat().st_blocks * 512 >= BALLAST_BYTES


def test_one_that_finds_no_room_after_all_leaves_nothing(store, file, monkeypatch):
    def fail(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    file.unlink()
    monkeypatch.setattr(os, "posix_fallocate", fail)
    store.keep_ballast()
    assert not file.exists()


@pytest.mark.parametrize("verb", ["erase", "finish_erasures", "open_store"])
def test_it_makes_way_only_where_there_is_hardly_any_room(home, store, file, take, leave_free, verb):
    def do():
        if verb == "open_store":
            open_store(home).close()
        else:
            getattr(store, verb)(*((take("classified").id,) if verb == "erase" else ()))

    leave_free(LOW_BYTES)
    do()
    assert file.exists()
    leave_free(LOW_BYTES - 1)
    do()
    assert not file.exists()


def test_room_owed_to_it_is_no_room_for_photos(home, store, file):
    photos = PhotoFolder(store.photos.folder, 0, store.ballast)
    photos.require_room(photos.free_bytes() - LOW_BYTES)
    file.unlink()
    with pytest.raises(StoreFull):
        photos.require_room(photos.free_bytes() - LOW_BYTES)


def test_a_database_that_finds_no_room_is_opened_without_it(home, store, file, monkeypatch):
    there = []

    def open_or_fail(path):
        there.append(file.exists())
        if there[-1]:
            raise StoreFull("the card is full")
        return Database(path)

    monkeypatch.setattr(store_module, "Database", open_or_fail)
    open_store(home).close()
    assert there == [True, False]
