"""Which engine the queue has is a line in server.toml."""

import pytest
import sqlalchemy as sa
from server_backings import PROCRASTINATE, on_postgresql
from server_doubles import enrolled
from server_queue import Line

from server.errors import ConfigInvalid
from server.parts import parts_of
from server.queue import procrastinate_schema
from server.queue.procrastinate_schema import install
from server.queue.procrastinating import ProcrastinateQueue
from server.queue.table import TableQueue
from server.store.database import Database

TOML = "queue.engine = 'procrastinate'\n"


@pytest.fixture
def database(backing):
    opened = Database(backing.database_url)
    yield opened
    opened.close()


def line_of(app):
    return Line(parts_of(app), enrolled(app, parts_of(app), "bar"))


def test_the_default_is_the_table(parts):
    assert isinstance(parts.queue, TableQueue)


def test_procrastinate_on_sqlite_is_refused_with_what_to_do(start_app):
    with pytest.raises(ConfigInvalid, match="--database"):
        start_app(TOML)


@on_postgresql
def test_what_waits_moves_to_the_engine_that_is_chosen_and_back(start_app, clock):
    first = line_of(start_app())
    cases = [first.case(), first.case(urgent=True)]
    first.queue.failed(first.claimed(), "no", for_good=True)
    second = parts_of(start_app(TOML)).queue
    assert isinstance(second, ProcrastinateQueue)
    assert (first.queue.waiting().waiting, second.waiting().waiting) == (0, 2)
    third = parts_of(start_app()).queue
    assert second.waiting().waiting == 0
    assert [third.claim("a worker").case_id for _ in cases] == cases[::-1]


@on_postgresql
def test_a_job_is_ordered_in_the_transaction_that_wants_it_or_not_at_all(start_app):
    line = line_of(start_app(TOML))
    case = line.case()
    line.end(line.claimed())
    with line.parts.database.transaction() as t:
        line.queue.order(t, line.parts.cases.get(None, case))
        t.rollback()
    assert line.queue.waiting().waiting == 0


@on_postgresql
def test_no_claim_leaves_a_row_behind(start_app):
    line = line_of(start_app(TOML))
    ends = (
        line.end,
        lambda job: line.queue.failed(job, "no"),
        lambda job: line.queue.failed(job, "no", for_good=True),
        lambda job: line.kiosk.call("DELETE", f"/v1/cases/{job.case_id}"),
    )
    for end in ends:
        line.case()
        end(line.claimed())
    with line.parts.database.read() as r:
        assert r.exec_driver_sql("SELECT count(*) FROM procrastinate_workers").scalar() == 0
        assert r.exec_driver_sql("SELECT count(*) FROM procrastinate_jobs").scalar() == 2


@on_postgresql
def test_a_newer_procrastinates_steps_are_taken_once(database, monkeypatch, tmp_path):
    install(database)
    step = tmp_path / "99.00.00_01_pre_a_step.sql"
    step.write_text("CREATE TABLE a_step (percent text DEFAULT '5%');\nINSERT INTO a_step DEFAULT VALUES;\n")
    known = procrastinate_schema._migrations()
    monkeypatch.setattr(procrastinate_schema, "_migrations", lambda: [*known, step])
    install(database)
    install(database)
    with database.read() as r:
        assert r.exec_driver_sql("SELECT percent FROM a_step").scalars().all() == ["5%"]


@on_postgresql
def test_a_step_that_fails_is_told_and_taken_back(database, monkeypatch, tmp_path):
    install(database)
    step = tmp_path / "99.00.00_01_pre_a_step.sql"
    step.write_text("CREATE TABLE a_step (n integer);\nSELECT nothing FROM a_step;\n")
    monkeypatch.setattr(procrastinate_schema, "_migrations", lambda: [step])
    with pytest.raises(ConfigInvalid, match="cannot be made"):
        install(database)
    with database.read() as r:
        assert not sa.inspect(r).has_table("a_step")


@on_postgresql
def test_tables_of_another_program_are_left_alone(database):
    with database.transaction() as t:
        t.exec_driver_sql("CREATE TABLE procrastinate_jobs (id bigint)")
    with pytest.raises(ConfigInvalid, match="one of its own"):
        install(database)


@pytest.mark.parametrize("backing", [PROCRASTINATE], indirect=True)
def test_a_job_whose_row_another_program_pruned_is_given_to_somebody_else(line, queue):
    case = line.case()
    line.claimed("one")
    with line.parts.database.transaction() as t:
        t.exec_driver_sql("DELETE FROM procrastinate_workers")
    assert line.claimed("two").case_id == case
