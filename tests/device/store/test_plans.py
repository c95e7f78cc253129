"""However many cases there are, a question about few of them looks at few of them."""

import sqlite3
from datetime import UTC, datetime

import pytest
from conftest import FakeClock

from device.case import Origin, Scope
from device.store import open_store

FEW, MANY = 400, 20_000
SMALL = ("cases_unfinished", "cases_overdue", "faces_waiting", "changes_pressed", "changes", "known")
"""What may be walked: the first three indexes hold only cases that are about to change, of the fourth
only the newest entry is asked for; changes are ten thousand at most; names come a page at a time."""

QUESTIONS = {
    "newest": lambda store: store.cases.newest_first(25),
    "a later page": lambda store: store.cases.newest_first(25, 200),
    "newest of a subject": lambda store: store.cases.newest_first(5, scope=Scope(subject="P-3")),
    "newest of one case": lambda store: store.cases.newest_first(25, scope=Scope(case_id="case-33")),
    "one case": lambda store: store.cases.get("case-33"),
    "retakes": lambda store: store.cases.retakes_of("case-33"),
    "a lesion": lambda store: store.history.of_lesion("case-33"),
    "a lesion for one case": lambda store: store.history.of_lesion("case-33", Scope(case_id="case-33")),
    "a subject": lambda store: store.history.of_subject("case-33"),
    "subjects": lambda store: store.history.subjects(10),
    "a later page of subjects": lambda store: store.history.subjects(10, "P-2"),
    "newest of a name": lambda store: store.history.newest_case_of("P-3"),
    "a press": lambda store: store.cases.erase(store.cases.ask(Origin.BUTTON).id),
    "old presses": lambda store: store.cases.abandon_old_presses(),
    "the last press": lambda store: store.cases.pressed_within(60),
    "next": lambda store: store.cases.next_unfinished(3.0),
    "countdown": lambda store: store.cases.countdown_left(3.0),
    "retention": lambda store: store.retention.look(30),
    "no retention": lambda store: store.retention.look(None),
    "overdue": lambda store: store.retention.overdue(),
    "orphan": lambda store: store.cases.named_photos([f"ab/case-{number}-0.jpg" for number in range(500)]),
    "times": lambda store: store.times.correct(),
    "next face": lambda store: store.faces.next_task(),
    "what may leave": lambda store: store.faces.departing("case-33"),
    "last writer": lambda store: store.amendments.last_writer("phone"),
}


def fill(store, count):
    """Finished cases, ten a subject, with photo, prediction and note, written past the verbs."""
    at = datetime(2026, 3, 1, 12, tzinfo=UTC).isoformat()
    ids = [(f"case-{number}",) for number in range(count)]
    cases = [
        (case_id, f"P-{number // 10}", f"lesion-{number % 2}", f"case-{number - 1}" if number % 5 else None)
        for number, (case_id,) in enumerate(ids)
    ]
    with store.database.transaction() as t:
        t.executemany(
            "INSERT INTO cases (id, state, origin, subject, lesion, retake_of, boot_id, boot_seconds, "
            f"wall_at, wall_trusted) VALUES (?, 'classified', 'button', ?, ?, ?, 'boot-0', 1.0, '{at}', 1)",
            cases,
        )
        t.executemany("INSERT INTO photos VALUES (?1, 0, 'ab/' || ?1 || '-0.jpg', '', '', 1, 1, 1)", ids)
        t.executemany(
            "INSERT INTO faces (case_id, photo_number, waits_for, boxes) VALUES (?, 0, NULL, '[]')", ids
        )
        t.executemany(
            "INSERT INTO predictions (case_id, photo_number, model_name, model_version, model_sha256, "
            "manifest_sha256, thresholds, prediction) VALUES (?, 0, '', '', '', '', '{}', '{}')",
            ids,
        )
        t.executemany(
            "INSERT INTO amendments (id, case_id, kind, content, written_by, phone_id, boot_id, "
            f"boot_seconds, wall_at, wall_trusted) VALUES ('note-' || ?1, ?1, 'note', '{{\"text\": \"?\"}}', "
            f"'Dr. Ada', 'phone', 'boot-0', 1.0, '{at}', 1)",
            ids,
        )


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """One store with few cases, one with many."""
    opened = [open_store(tmp_path_factory.mktemp("plans"), clock=FakeClock()) for _ in range(2)]
    for store, count in zip(opened, (FEW, MANY), strict=True):
        fill(store, count)
    yield opened
    for store in opened:
        store.close()


def watched(store, question):
    """What a question makes SQLite do: its statements, and how many steps its machine takes."""
    statements, steps = [], 0

    def count():
        nonlocal steps
        steps += 1
        return 0

    with store.database.read() as connection:  # the one that the question will be handed
        connection.set_trace_callback(statements.append)
        connection.set_progress_handler(count, 1)
    question(store)
    with store.database.read() as connection:
        connection.set_trace_callback(None)
        connection.set_progress_handler(None, 1)
    return statements, steps


def plan(store, statement):
    """SQLite's plan for a statement, a line a step; none for what needs no plan."""
    try:
        with store.database.read() as connection:
            return [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    except sqlite3.Error:
        return []


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_question_scans_a_table_that_grows(stores, name):
    statements, _ = watched(stores[1], QUESTIONS[name])
    steps = [step for statement in statements for step in plan(stores[1], statement)]
    assert steps
    for step in steps:
        assert not step.startswith("SCAN") or step.split()[-1] in SMALL, step


@pytest.mark.parametrize("name", QUESTIONS)
def test_fifty_times_more_cases_take_no_more_steps(stores, name):
    (_, few), (_, many) = (watched(store, QUESTIONS[name]) for store in stores)
    assert 0 < many <= 1.5 * few
