"""How a database is opened, and what is said where that cannot be."""

from functools import partial

import pytest
import sqlalchemy as sa
from at_once import at_once
from server_backings import on_both_databases

from server.errors import ConfigInvalid
from server.store.database import Database
from server.store.engines import open_engine
from server.store.tables import kiosks, metadata


@pytest.fixture
def url(backing, tmp_path):
    return backing.database_url or f"sqlite:///{tmp_path / 'a.sqlite3'}"


@pytest.fixture
def database(url):
    opened = Database(url)
    yield opened
    opened.close()


@pytest.fixture
def empty(cluster):
    """The URL of a PostgreSQL database in which nothing is."""
    with cluster.database("empty", lambda _: None) as url:
        yield url


def a_kiosk(name):
    return kiosks.insert().values(id=name, name=name, added_at=sa.func.now())


@pytest.mark.parametrize("form", ["postgresql://", "postgres://", "postgresql+psycopg://"])
def test_postgresqls_own_url_will_do(form):
    engine = open_engine(form + "anna:secret@db.example:5433/kiosks?sslmode=require")
    assert (engine.dialect.name, engine.driver, engine.url.port) == ("postgresql", "psycopg", 5433)


@on_both_databases
def test_the_migrations_make_the_tables_that_the_program_uses(database):
    with database.read() as r:
        found = sa.inspect(r)
        for table in metadata.sorted_tables:
            made = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
            assert made == {column.name: column.nullable for column in table.columns}, table.name
            assert {index["name"] for index in found.get_indexes(table.name)} >= {
                index.name for index in table.indexes
            }


def test_processes_that_start_at_once_make_the_tables_once(empty):
    opened = at_once(*(partial(Database, empty) for _ in range(4)))
    with opened[0].read() as r:
        assert r.exec_driver_sql("SELECT count(*) FROM alembic_version").scalar() == 1
    for database in opened:
        database.close()


@on_both_databases
def test_a_view_of_the_data_stays_as_it_was_at_its_first_look(database):
    count = sa.select(sa.func.count()).select_from(kiosks)
    with database.read() as r:
        assert r.execute(count).scalar() == 0
        with database.transaction() as t:
            t.execute(a_kiosk("bar"))
        assert r.execute(count).scalar() == 0
    with database.read() as r:
        assert r.execute(count).scalar() == 1


@on_both_databases
def test_what_is_raised_in_a_transaction_undoes_it(database):
    def add_twice():
        with database.transaction() as t:
            t.execute(a_kiosk("bar"))
            t.execute(a_kiosk("bar"))

    with pytest.raises(sa.exc.IntegrityError):
        add_twice()
    with database.transaction() as t:
        t.execute(a_kiosk("bar"))


@on_both_databases
def test_an_error_names_no_value(database):
    with pytest.raises(sa.exc.DBAPIError) as failed, database.transaction() as t:
        t.execute(sa.select(kiosks).where(sa.text("nothing = :name")), {"name": "Anna"})
    assert "Anna" not in str(failed.value)


@on_both_databases
def test_a_newer_programs_database_is_left_alone(database, url):
    with database.transaction() as t:
        t.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigInvalid, match="update this one"):
        Database(url)


@pytest.mark.parametrize(
    "wrong",
    [
        "postgresql://anna:secret@127.0.0.1:9/kiosks",
        "postgresql://anna:secret@/kiosks?host=/nowhere",
        "postgresql://anna:secret@/kiosks?nonsense=1",
        "postgresql+nosuch://anna:secret@localhost/kiosks",
        "sqlite:////nowhere/a.sqlite3",
        "secret",
    ],
)
def test_a_database_that_cannot_be_opened_is_told_without_its_password(wrong):
    with pytest.raises(ConfigInvalid) as refused:
        Database(wrong)
    assert "secret" not in str(refused.value)
