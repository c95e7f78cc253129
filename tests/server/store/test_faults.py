"""What a database cannot do right now is told as such; nothing of it is a fault of ours."""

import pytest
import sqlalchemy as sa
from server_backings import on_postgresql

from server.errors import ConfigInvalid, Overloaded, StorageFull
from server.store.database import Database
from server.store.faults import explain

ROLE = "few"
"""May log in as often as a test says."""


@pytest.fixture
def database(backing):
    opened = Database(backing.database_url)
    yield opened
    opened.close()


@pytest.fixture
def few(cluster, backing):
    """The same database's URL for somebody without rights of an admin, and what sets how often they may."""
    cluster.say(f"CREATE ROLE {ROLE} LOGIN")
    cluster.say(f"GRANT pg_read_all_data, pg_write_all_data TO {ROLE}")
    yield (
        backing.database_url.replace("kiosk@", f"{ROLE}@"),
        lambda most: cluster.say(f"ALTER ROLE {ROLE} CONNECTION LIMIT {most}"),
    )
    cluster.say(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def raised(database, code):
    with database.transaction() as t:
        t.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{code}'; END $$")


@on_postgresql
@pytest.mark.parametrize("code", ["53300", "53200", "40P01", "40001", "55P03", "57P01", "57P03"])
def test_too_much_at_once_asks_to_come_back(database, code):
    with pytest.raises(Overloaded):
        raised(database, code)


@on_postgresql
def test_a_full_disk_is_no_room(database):
    with pytest.raises(StorageFull):
        raised(database, "53100")


@on_postgresql
def test_any_other_fault_stays_what_it_is(database):
    with pytest.raises(sa.exc.DBAPIError):
        raised(database, "22012")


@on_postgresql
def test_a_connection_that_is_lost_asks_to_come_back_and_the_next_one_works(database):
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with pytest.raises(Overloaded), database.transaction() as t:
        t.exec_driver_sql(end)
    with database.read() as r:
        assert r.exec_driver_sql("SELECT 1").scalar() == 1


@on_postgresql
def test_no_connection_left_asks_to_come_back(database, few):
    url, let = few
    opened = Database(url)
    opened.close()
    let(0)
    with pytest.raises(Overloaded), opened.read():
        pass
    with pytest.raises(ConfigInvalid, match="too many connections"):
        Database(url)


@pytest.mark.parametrize("words", ["database or disk is full", "disk I/O error"])
def test_sqlites_full_disk_is_no_room(words):
    with pytest.raises(StorageFull):
        explain(sa.exc.OperationalError("", {}, OSError(words)))


def test_sqlites_lock_asks_to_come_back():
    with pytest.raises(Overloaded):
        explain(sa.exc.OperationalError("", {}, OSError("database is locked")))


def test_a_fault_of_sqlites_own_is_left_as_it_is():
    explain(sa.exc.OperationalError("", {}, OSError("no such table: cases")))
