"""What keeps the next case from being kept is known before anybody presses."""

import sqlite3
import time
from contextlib import closing

import pytest

from device.errors import StoreFull, StoreReadOnly
from device.store import DATABASE_FILE


def test_a_store_in_order_has_no_fault(store):
    assert store.fault() is None
    assert store.card_fault() is None


@pytest.mark.parametrize("error", [StoreFull("the card is full"), StoreReadOnly("check the card")])
def test_a_card_that_takes_no_photo_is_said(store, monkeypatch, error):
    def refuse(_=0):
        raise error

    monkeypatch.setattr(store.photos, "require_room", refuse)
    assert store.fault() == store.card_fault() == str(error)


def test_a_card_that_is_not_there_is_said(store):
    store.photos.folder.rmdir()
    assert "check" in store.card_fault()


def test_a_database_that_another_program_holds_is_said_soon_and_no_longer_than_it_does(store, home):
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        assert "another program holds the database" in store.fault()
        assert time.monotonic() - started < 3
        assert store.card_fault() is None
    assert store.fault() is None


def test_looking_changes_nothing(store):
    watch = store.watch()
    watch.changed()
    assert store.fault() is None
    assert not watch.changed()
    watch.close()
