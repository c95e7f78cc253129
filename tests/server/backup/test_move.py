"""A home moves from SQLite to PostgreSQL with every row, or with none, and its kiosk notices nothing."""

import pytest
import sqlalchemy as sa
from server_backings import on_postgresql
from server_doubles import enrolled

from server.backup.alone import alone_with
from server.backup.move import move
from server.errors import ConfigInvalid, Refused, ServerError
from server.store.database import Database
from server.store.tables import conflicts, jobs, metadata, photo_places, removals


@pytest.fixture
def empty(cluster):
    with cluster.database("empty", lambda _: None) as url:
        yield url


@pytest.fixture
def file(home, clinic):
    """The database of a server that is stopped."""
    clinic.parts.database.close()
    return home / "server.sqlite3"


def rows_of(connection):
    return {
        table.name: sorted(map(repr, connection.execute(sa.select(table))))
        for table in metadata.sorted_tables
    }


def test_all_rows_come_and_the_server_goes_on(clinic, home, empty, open_home):
    answered, waiting, gone = (clinic.case() for _ in range(3))
    wanted, photo = clinic.record()
    clinic.answer()
    clinic.erase(gone)
    enrolled(clinic.app, clinic.parts, "another").put(answered)
    with clinic.parts.database.transaction() as t:
        t.execute(removals.insert().values(file="ab/" + "ab" * 16))
    receipts = [clinic.receipt(record) for record in (answered, waiting, wanted)]
    _, cursor = clinic.heard()
    clinic.parts.database.close()
    with alone_with(home / "server.sqlite3") as source:
        before = rows_of(source)
    assert all(before[name] for name in ("kiosks", "cases", "photos", "jobs", "updates", "opinions"))
    assert all(before[name] for name in ("tombstones", "removals", "conflicts", "photo_places"))

    counts = move(home / "server.sqlite3", empty)
    moved = Database(empty)
    with moved.read() as r:
        assert rows_of(r) == before
    moved.close()
    assert counts == {name: len(rows) for name, rows in before.items()}

    later = open_home(home, empty)
    assert [later.receipt(record) for record in (answered, waiting, wanted)] == receipts
    assert later.kiosk.put(gone).status_code == 410
    assert later.kiosk.call("GET", f"/v1/cases/{answered['id']}/opinion").status_code == 200
    later.upload(wanted, photo)  # a new job beside the one that was moved
    later.answer()
    later.answer()
    assert later.heard(cursor) == (["opinion"] * 2, cursor + 2)


def test_numbers_go_on_after_the_largest(clinic, home, empty):
    another = enrolled(clinic.app, clinic.parts, "another")
    for _ in range(3):
        another.put(clinic.case())
    clinic.parts.database.close()
    move(home / "server.sqlite3", empty)
    database = Database(empty)
    with database.transaction() as t:
        for table in (conflicts, jobs):
            largest = t.execute(sa.select(sa.func.max(table.c.number))).scalar_one()
            assert largest >= 3
            sequence = sa.func.pg_get_serial_sequence(table.name, "number")
            assert t.execute(sa.select(sa.func.nextval(sequence))).scalar_one() == largest + 1
    database.close()


def test_the_old_database_is_out_of_the_way(file, home, empty):
    move(file, empty)
    assert sorted(path.name for path in home.glob("server.sqlite3*")) == ["server.sqlite3.moved"]


def test_a_server_that_runs_is_not_moved(clinic, home, empty):
    with pytest.raises(Refused, match="stop it first"):
        move(home / "server.sqlite3", empty)
    assert (home / "server.sqlite3").exists()


@on_postgresql
def test_a_database_with_rows_is_left_alone(clinic, backing, tmp_path):
    clinic.case()
    clinic.parts.database.close()
    other = tmp_path / "a.sqlite3"
    Database(f"sqlite:///{other}").close()
    with pytest.raises(Refused, match="name an empty database"):
        move(other, backing.database_url)
    assert other.exists()


@pytest.mark.parametrize("to", ["sqlite:///b.sqlite3", "mysql://a:secret@b/c", ""])
def test_only_postgresql_is_moved_to(file, to):
    with pytest.raises(Refused, match="postgresql://") as refused:
        move(file, to)
    assert "secret" not in str(refused.value)


def test_a_target_that_is_away_is_told_without_its_password(file):
    with pytest.raises(ConfigInvalid) as refused:
        move(file, "postgresql://anna:secret@127.0.0.1:9/kiosks")
    assert "secret" not in str(refused.value)
    assert file.exists()


def test_a_row_that_postgresql_refuses_leaves_nothing_moved(clinic, home, empty):
    clinic.case()
    with clinic.parts.database.transaction() as t:
        t.exec_driver_sql("UPDATE photos SET reason = 'Anna' || hex(zeroblob(200))")
    clinic.parts.database.close()
    with pytest.raises(ServerError, match="nothing was moved") as refused:
        move(home / "server.sqlite3", empty)
    assert "Anna" not in str(refused.value)
    assert (home / "server.sqlite3").exists()
    database = Database(empty)
    with database.read() as r:
        assert not r.execute(sa.select(photo_places)).all()
    database.close()


def test_no_server_starts_with_a_database_that_is_held(file, monkeypatch):
    monkeypatch.setattr("server.store.engines._SQLITE", {"connect_args": {"timeout": 0}})
    with alone_with(file), pytest.raises(ServerError, match="busy"):
        Database(f"sqlite:///{file}")
    Database(f"sqlite:///{file}").close()


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "a.sqlite3").write_bytes(b"something else" * 100)
    with pytest.raises(Refused, match="cannot be read"), alone_with(tmp_path / "a.sqlite3"):
        pass
