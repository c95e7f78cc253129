"""The database comes to this program's version step by step, or stays as it was."""

import hashlib
import json
import shutil
import signal
import sqlite3
from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest

from device.amendment import Kind
from device.case import CaseDetails, Consent, Origin, Role, Scope, State
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

OPEN_AND_DIE = """
import os, signal, sys
from pathlib import Path
from device.store import database, open_store
statements, die_at = database._statements, int(sys.argv[2])

def cut_short(script):
    for number, statement in enumerate(statements(script)):
        if number == die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        yield statement
    os.kill(os.getpid(), signal.SIGKILL)

database._statements = cut_short
open_store(Path(sys.argv[1]))
"""

FOUND = {"finding": {"urgency": "routine"}}


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


TOKEN, SESSION, LINK = "token-of-a-tablet", "session-of-a-subject", "link-of-nobody-yet"
TABLES_OF_1 = (
    "cases",
    "photos",
    "predictions",
    "changes",
    "erasures",
    "pin_presses",
    "phones",
    "phone_keys",
    "pairing_window",
    "processes",
)


@pytest.fixture
def version_1(home, shipped):
    """A home as the first version left it: cases, and phones with what they hold."""
    home.mkdir()

    def fingerprint(secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    moment = ("boot-1", 50.0, "2026-03-01T11:00:00+00:00", 1)
    rows = {
        "cases": [
            (
                7,
                "case-7",
                "classified",
                "button",
                None,
                "P-17",
                "arm",
                "arm",
                "40-49",
                "female",
                None,
                1,
                0,
                1,
            ),
            (9, "case-9", "retake", "phone", "too dark", None, None, None, None, None, "case-7", 0, 0, 0),
        ],
        "photos": [("case-7", 0, "-7/case-7-0.jpg", "ab", "image/jpeg", 640, 480, 1234)],
        "predictions": [
            (1, "case-7", 0, "probe", "1", "ab", "cd", "{}", json.dumps(FOUND | {"inconclusive": True})),
            (2, "case-7", 0, "probe", "2", "ab", "cd", "{}", json.dumps(FOUND | {"inconclusive": False})),
        ],
        "changes": [(40, "case-7", "classified", "P-17"), (41, "case-9", "retake", None)],
        "erasures": [("zz/owed-0.jpg",)],
        "pin_presses": [(3, 0.1, 0)],
        "phones": [
            ("f-late", "staff", "ward tablet", None, None, "2026-03-01", 1, 0),
            ("a-early", "subject", "own phone", "P-17", None, "2026-03-02", 1, 0),
            ("c-gone", "staff", "lost", None, None, "2026-03-03", 1, 1),
            ("b-new", "subject", "new", None, "case-9", "2026-03-04", 0, 0),
        ],
        "phone_keys": [
            (fingerprint(TOKEN), "f-late", "token", None, None),
            (fingerprint(SESSION), "a-early", "session", None, None),
            (fingerprint(LINK), "b-new", "link", "boot-1", 5000.0),
        ],
        "pairing_window": [(1, "boot-1", 160.0)],
        "processes": [("device", 1, "boot-1", 99.0, "{}")],
    }
    rows["cases"] = [case + moment for case in rows["cases"]]
    assert tuple(rows) == TABLES_OF_1
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(shipped[0].read_text(encoding="utf-8"))
        for table, lines in rows.items():
            marks = ", ".join("?" * len(lines[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
        connection.execute("PRAGMA user_version = 1")
        connection.commit()
    return home


ORDER_OF_3 = [("a later model", "2026-03-05T10:00:00Z"), ("an early model", "2026-03-04T10:00:00Z")]


def content(home):
    """Every row of the first version's tables."""
    with closing(sqlite3.connect(home / DATABASE_FILE)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr) for table in TABLES_OF_1
        }


def test_what_the_first_version_kept_is_all_there_afterwards(version_1, clock):
    before = content(version_1)
    store = open_store(version_1, clock=clock)
    after = content(version_1)
    after["cases"] = [row[: len(before["cases"][0])] for row in after["cases"]]
    assert after == before
    first, second = store.cases.newest_first(10)[::-1]
    assert (first.id, first.number, first.state) == ("case-7", 7, State.CLASSIFIED)
    assert first.details == CaseDetails("P-17", "arm", "arm", "40-49", "female")
    assert first.prediction == FOUND | {"inconclusive": False}
    assert first.photos[0].size_bytes == 1234
    assert first.consent == Consent(analyse=True, review=False, train=True)
    assert (second.reason, second.details.retake_of) == ("too dark", "case-7")
    assert first.amendments == second.amendments == ()
    assert store.changes.last() == 41
    assert store.retention.overdue() == 0
    store.close()


def test_phones_of_the_first_version_keep_their_access_and_their_order(version_1, clock):
    store = open_store(version_1, clock=clock)
    assert [phone.id for phone in store.phones.all()] == ["f-late", "a-early", "c-gone", "b-new"]
    assert store.phones.by_secret(TOKEN).role is Role.STAFF
    assert store.phones.by_secret(SESSION).scope == Scope(subject="P-17")
    assert store.phones.by_secret(store.phones.redeem(LINK)).scope == Scope(case_id="case-9")
    assert store.phones.window_seconds_left() == 60.0
    assert store.phones.add(Role.SCREEN, "screen").phone == store.phones.all()[-1]
    assert store.phones.revoke("f-late")
    assert store.phones.by_secret(TOKEN) is None
    store.close()


def test_the_new_tables_refer_to_each_other_as_the_old_ones_did(version_1, clock, draft):
    store = open_store(version_1, clock=clock)
    store.amendments.write("case-7", draft("diagnosis", text="Mole."))
    assert ask(version_1, "PRAGMA foreign_key_check") is None
    assert ask(version_1, "PRAGMA integrity_check") == ("ok",)
    with store.database.transaction() as t:
        assert {row["table"] for row in t.execute("PRAGMA foreign_key_list(phone_keys)")} == {"phones"}
        t.execute("DELETE FROM phones WHERE id = 'a-early'")
    assert store.phones.by_secret(SESSION) is None
    assert ask(version_1, "SELECT count(*) FROM phone_keys WHERE phone_id = 'a-early'") == (0,)
    assert store.cases.get("case-7").latest(Kind.DIAGNOSIS)
    store.erase("case-7")
    assert ask(version_1, "SELECT count(*) FROM amendments") == (0,)
    store.close()


def test_what_the_first_version_was_allowed_to_send_waits_for_a_look_at_its_photo(version_1, clock):
    store = open_store(version_1, clock=clock)
    assert [entry.case_id for entry in store.outbox.all()] == ["case-7"]
    assert store.outbox.next() is None
    store.faces.looked(store.faces.next_task(), ())
    assert store.faces.next_task() is None
    assert store.outbox.next().case_id == "case-7"
    store.close()


def test_a_home_of_the_first_version_ends_up_like_a_fresh_one(version_1, clock, tmp_path):
    open_store(version_1, clock=clock).close()
    open_store(tmp_path / "fresh", clock=clock).close()
    assert schema(version_1) == schema(tmp_path / "fresh")


def test_opinions_of_the_third_version_keep_their_order(version_1, clock, shipped):
    opinions = [("case-7", model, f'{{"by": "{model}"}}', "boot-1", 1.0, at, 1) for model, at in ORDER_OF_3]
    with closing(sqlite3.connect(version_1 / DATABASE_FILE)) as connection:
        for step in shipped[1:3]:
            connection.executescript(step.read_text(encoding="utf-8"))
        connection.execute("INSERT OR IGNORE INTO deliveries (case_id) VALUES ('case-7')")
        connection.executemany("INSERT INTO opinions VALUES (?, ?, ?, ?, ?, ?, ?)", opinions)
        connection.execute("PRAGMA user_version = 3")
        connection.commit()
    store = open_store(version_1, clock=clock)
    assert store.cases.get("case-7").opinion == {"by": "a later model"}
    assert ask(version_1, "SELECT count(*) FROM opinions") == (2,)
    store.close()


def test_a_step_that_is_killed_changes_nothing_and_is_made_anew(version_1, clock, shipped, child):
    before, rows = schema(version_1), content(version_1)
    count = len(list(database._statements(shipped[1].read_text(encoding="utf-8"))))
    for die_at in (1, count // 2, count - 1, count):
        process = child.start(OPEN_AND_DIE, version_1, die_at)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        assert schema(version_1) == before
        assert content(version_1) == rows
        assert ask(version_1, "PRAGMA user_version") == (1,)
    open_store(version_1, clock=clock).close()
    assert ask(version_1, "PRAGMA user_version") == (len(shipped),)
