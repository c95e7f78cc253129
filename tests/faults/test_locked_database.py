"""Another program holds the database: this is said while it lasts, nothing is lost, nothing hangs."""

import sqlite3
import time
from contextlib import closing, contextmanager

import pytest
from running_kiosk import running_kiosk, wait_until

from device.store import DATABASE_FILE, open_store

WORDS = "another program holds the database"


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory):
    with running_kiosk(tmp_path_factory.mktemp("locked") / "home") as running:
        yield running


@contextmanager
def held(home):
    """Another program writes to the database and takes its time."""
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


def test_a_held_database_is_said_until_it_is_let_go(kiosk, pages, open_page):
    page, opened = pages(kiosk), open_page(kiosk)
    case_id = kiosk.press()
    before = kiosk.wait_until_at_rest(case_id)
    with held(kiosk.home):
        page.say(WORDS)
        assert WORDS in page.doctor()["writable home"][1]
        assert WORDS in opened.words()
        assert kiosk.json(f"/api/v1/cases/{case_id}") == before
    page.say_nothing()
    opened.close()
    assert kiosk.wait_for(kiosk.press())["state"] in ("classified", "retake")
    assert kiosk.json(f"/api/v1/cases/{case_id}") == before


def test_a_press_meanwhile_is_answered_in_time_and_in_words(kiosk, pages):
    with held(kiosk.home):
        started = time.monotonic()
        assert WORDS in pages(kiosk).refusal()
        assert time.monotonic() - started < 10
    assert kiosk.wait_for(kiosk.press())["state"] in ("classified", "retake")


def test_a_press_that_was_accepted_before_ends_afterwards(kiosk, pages):
    case_id = kiosk.press()
    with held(kiosk.home):
        state = kiosk.json(f"/api/v1/cases/{case_id}")["state"]
        pages(kiosk).say(WORDS)
        assert kiosk.json(f"/api/v1/cases/{case_id}")["state"] == state
    assert kiosk.wait_for(case_id)["state"] in ("classified", "retake")


def test_pages_are_shown_meanwhile(kiosk):
    with held(kiosk.home):
        for path in ("/", "/cases", "/new", "/phones", "/api/v1/cases"):
            started = time.monotonic()
            assert kiosk.ask("GET", path)[0] == 200
            assert time.monotonic() - started < 2


@pytest.mark.parametrize("looks_first", [True, False])
def test_nobody_takes_the_whole_database_from_a_running_kiosk(kiosk, looks_first):
    with closing(sqlite3.connect(kiosk.home / DATABASE_FILE, isolation_level=None, timeout=0)) as other:
        if looks_first:
            other.execute("SELECT count(*) FROM cases").fetchall()
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        assert kiosk.wait_for(kiosk.press())["state"] in ("classified", "retake")


def test_where_none_runs_and_the_whole_database_is_taken_each_verb_says_so(kiosk, tmp_path):
    home = tmp_path / "home"
    open_store(home).close()
    with closing(sqlite3.connect(home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO pin_presses (hold_seconds, done) VALUES (0, 1)")
        other.execute("COMMIT")
        said = kiosk.command("doctor", home=home)
    assert said.returncode == 1
    assert WORDS in said.stdout + said.stderr
    assert wait_until(lambda: open_store(home), 1, "the store cannot be opened afterwards").close() is None
