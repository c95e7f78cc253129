"""The database comes to this program's version step by step, or stays as it was."""

import shutil
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from device.case import Origin
from device.errors import MigrationFailed, StoreDamaged, StoreFull, StoreReadOnly
from device.store import DATABASE_FILE, database, open_store

PROCESSES = 4
ROUNDS = 5

OPEN = """
import sys
from pathlib import Path
from device.store import open_store
print("here", flush=True)
input()
store = open_store(Path(sys.argv[1]))
store.processes.beat(sys.argv[2], 1, {})
store.close()
"""


@pytest.fixture
def shipped():
    """The numbered steps that ship."""
    folder = Path(str(resources.files("device.store"))) / "migrations"
    return sorted(folder.glob("*.sql"))


@pytest.fixture
def steps(tmp_path, shipped, monkeypatch):
    """A folder of steps that tests may add to; the shipped ones are in it."""
    folder = tmp_path / "steps" / "migrations"
    folder.mkdir(parents=True)
    for step in shipped:
        shutil.copy(step, folder)

    class Steps:
        @staticmethod
        def files(package):
            return folder.parent

    monkeypatch.setattr(database, "resources", Steps)
    return folder


def ask(home, query):
    """The first row that a query gives, past our own code."""
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        return connection.execute(query).fetchone()


def schema(home):
    """Every table, index and trigger."""
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_the_steps_are_numbered_without_a_gap(shipped):
    assert [int(step.name[:4]) for step in shipped] == list(range(1, len(shipped) + 1))


def test_a_fresh_home_gets_every_step(home, store, shipped):
    assert ask(home, "PRAGMA user_version") == (len(shipped),)
    assert ask(home, "PRAGMA integrity_check") == ("ok",)
    assert store.cases.count() == 0


def test_an_empty_file_counts_as_fresh(home, clock, shipped):
    home.mkdir()
    (home / DATABASE_FILE).touch()
    open_store(home, clock=clock).close()
    assert ask(home, "PRAGMA user_version") == (len(shipped),)


def test_opening_again_changes_nothing(home, clock, store):
    case = store.cases.ask(Origin.BUTTON)
    before = schema(home)
    again = open_store(home, clock=clock)
    assert again.cases.get(case.id) == case
    assert schema(home) == before
    again.close()


def test_it_is_safe_against_a_power_cut(store, home):
    assert ask(home, "PRAGMA journal_mode") == ("wal",)
    with store.database.transaction() as t:
        assert t.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
        assert t.execute("PRAGMA secure_delete").fetchone()[0] == 1
        assert t.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_health_rows_do_not_wait_for_the_card_and_the_next_case_does(store):
    with store.database.transaction(durable=False) as t:
        assert t.execute("PRAGMA synchronous").fetchone()[0] == 1, "NORMAL"
    with store.database.transaction() as t:
        assert t.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"


def test_a_database_with_cases_takes_the_next_step(home, clock, steps, shipped):
    before = open_store(home, clock=clock)
    case = before.cases.ask(Origin.BUTTON)
    before.close()
    later = steps / f"{len(shipped) + 1:04}_later.sql"
    later.write_text("CREATE TABLE later (a TEXT);\n-- words; and more\nINSERT INTO later VALUES ('x;y');\n")
    after = open_store(home, clock=clock)
    assert after.cases.get(case.id) == case
    assert ask(home, "SELECT a FROM later") == ("x;y",)
    assert ask(home, "PRAGMA user_version") == (len(shipped) + 1,)
    after.close()


def test_a_step_that_fails_changes_nothing_and_is_named(home, clock, steps, shipped):
    open_store(home, clock=clock).close()
    before = schema(home)
    broken = steps / f"{len(shipped) + 1:04}_broken.sql"
    broken.write_text("CREATE TABLE half (a TEXT);\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(MigrationFailed, match=r"broken\.sql of the database failed, nothing was changed"):
        open_store(home, clock=clock)
    assert schema(home) == before
    assert ask(home, "PRAGMA user_version") == (len(shipped),)


def test_a_step_that_finds_no_room_is_the_cards_fault_and_changes_nothing(home, clock, monkeypatch):
    connect = database.Database._connect

    def connect_to_a_full_card(self):
        connection = connect(self)
        connection.execute("PRAGMA max_page_count = 5").fetchall()
        return connection

    with monkeypatch.context() as full:
        full.setattr(database.Database, "_connect", connect_to_a_full_card)
        with pytest.raises(StoreFull, match="the card is full"):
            open_store(home, clock=clock)
    open_store(home, clock=clock).close()


def test_a_database_newer_than_the_program_is_refused_and_left_alone(home, clock, shipped):
    open_store(home, clock=clock).close()
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = schema(home)
    with pytest.raises(MigrationFailed, match=r"99, newer than this program.*update the program"):
        open_store(home, clock=clock)
    assert schema(home) == before
    assert ask(home, "PRAGMA user_version") == (99,)


def test_processes_that_open_a_fresh_home_at_once_all_succeed(tmp_path, child, shipped):
    for turn in range(ROUNDS):
        home = tmp_path / f"home-{turn}"
        opening = [child.start(OPEN, home, f"process-{n}") for n in range(PROCESSES)]
        for process in opening:
            assert process.stdout.readline() == "here\n"
        for process in opening:
            process.stdin.write("\n")
            process.stdin.flush()
        for process in opening:
            _, complaints = process.communicate(timeout=60)
            assert process.returncode == 0, complaints
        assert ask(home, "PRAGMA user_version") == (len(shipped),)
        assert ask(home, "SELECT count(*) FROM processes") == (PROCESSES,)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database_is_refused_with_what_to_do(home, clock, content):
    home.mkdir()
    (home / DATABASE_FILE).write_bytes(content)
    with pytest.raises(StoreDamaged, match="restore the last backup"):
        open_store(home, clock=clock)
    assert (home / DATABASE_FILE).read_bytes() == content


def test_a_home_that_cannot_be_made_is_refused_with_what_to_do(tmp_path, clock):
    (tmp_path / "file").write_bytes(b"")
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(StoreReadOnly, match="choose another"):
            open_store(home, clock=clock)


def test_a_folder_in_the_databases_place_is_refused(home, clock):
    (home / DATABASE_FILE).mkdir(parents=True)
    with pytest.raises(StoreReadOnly, match="check the card"):
        open_store(home, clock=clock)
