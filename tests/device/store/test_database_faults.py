"""A database that cannot do what was asked says why, and goes on when it can."""

import os
import sqlite3
from contextlib import closing

import pytest

from device.case import Origin
from device.errors import StoreFull, StoreLocked, StoreReadOnly
from device.store import DATABASE_FILE, database, open_store


@pytest.fixture
def tell(store):
    """Set a pragma on the connection that the store uses next."""

    def tell(pragma):
        with store.database.read() as r:
            r.execute(f"PRAGMA {pragma}").fetchall()

    return tell


def test_a_full_card_refuses_the_press_and_the_next_one_works_when_there_is_room(store, tell, take):
    take("classified")
    tell("max_page_count = 1")  # SQLite takes the pages that there are already as the least

    def fill():
        for _ in range(2000):
            store.cases.failed(store.cases.ask(Origin.BUTTON).id, "long " * 100)

    with pytest.raises(StoreFull, match="erase or export cases"):
        fill()
    tell("max_page_count = 1000000")
    assert store.cases.newest_first(1)
    unfinished = store.cases.next_unfinished()
    if unfinished:
        store.cases.failed(unfinished.id, "no room")
    assert store.cases.ask(Origin.BUTTON)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_CANTOPEN])
def test_a_file_that_cannot_be_made_means_a_full_card_only_where_it_is_full(store, monkeypatch, code):
    def fail():
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = code
        with store.database.read():
            raise error

    with pytest.raises(StoreReadOnly, match="check the card"):
        fail()
    monkeypatch.setattr(database, "free_bytes", lambda folder: 4096)
    with pytest.raises(StoreFull, match="the card is full"):
        fail()


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o007])
def test_the_databases_files_are_the_groups_whatever_the_umask(home, clock, umask):
    before = os.umask(umask)
    try:
        store = open_store(home, clock=clock)
    finally:
        os.umask(before)
    store.cases.ask(Origin.BUTTON)
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.glob(f"{DATABASE_FILE}*")}
    store.close()
    assert modes == dict.fromkeys((DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm"), 0o660)


def test_a_read_only_card_refuses_the_press_and_the_pages_still_work(store, tell, take):
    case = take("classified")
    tell("query_only = ON")
    with pytest.raises(StoreReadOnly, match="check the card"):
        store.cases.ask(Origin.BUTTON)
    assert store.cases.get(case.id) == case
    assert store.cases.newest_first(10) == (case,)


def test_a_database_that_another_program_holds_refuses_and_then_works(store, tell, home):
    tell("busy_timeout = 20")
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked, match="try again in a moment"):
            store.cases.ask(Origin.BUTTON)
        assert store.cases.count() == 0
    assert store.cases.ask(Origin.BUTTON)


def test_erasing_while_somebody_reads_for_long_still_erases(store, tell, home, take):
    case = take("classified")
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM cases").fetchall()
        tell("busy_timeout = 20")
        store.erase(case.id)
    assert store.cases.count() == 0


def test_what_breaks_off_inside_a_transaction_leaves_nothing(store):
    def break_off():
        with store.database.transaction() as t:
            t.execute("INSERT INTO pin_presses (hold_seconds) VALUES (1.0)")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert store.pin_presses.waiting() == ()
    assert store.pin_presses.ask(0.1)
