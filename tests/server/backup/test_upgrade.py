"""A database of the first version, with rows in it, comes up to this one, and its kiosk goes on with it."""

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from server_backings import on_both_databases
from server_doubles import FarKiosk, a_record

import server.store
from device.wire.keys import load_or_make_key
from device.wire.record import record_digest
from server.backup.backup import back_up
from server.config import load_settings
from server.store.engines import open_engine

TOKEN, KIOSK, MARK = "a token", "3f0c2a5e-9d41-4b8e-a6f7-1c2d3e4f5a6b", "0b2ad1a5-4b62-4a0e-b0ab-6b8f6f1f0a55"
OLDEST, AT = "0001", "2026-01-02T03:04:05.000006+00:00"
FILE = f"ab/{'ab' * 16}"


@pytest.fixture
def kiosk():
    """The one that the rows tell of."""
    return FarKiosk(None, TOKEN, KIOSK)


@pytest.fixture
def url(backing, cluster, home):
    """A database in which nothing is."""
    home.mkdir()
    if backing.database_url is None:
        yield f"sqlite:///{home / 'server.sqlite3'}"
    else:
        with cluster.database("empty", lambda _: None) as empty:
            yield empty


def rows_of(record, photo):
    """Of every table of the first version, as it would have written them."""
    facts = record["photos"][0]
    case = {"case_id": record["id"]}
    consents = {"consent_analyse": True, "consent_review": True, "consent_train": False}
    return {
        "kiosks": {
            "id": KIOSK,
            "name": "bar",
            "token_sha256": hashlib.sha256(TOKEN.encode()).hexdigest(),
            "last_update": 1,
            "added_at": AT,
            "enrolled_at": AT,
        },
        "photo_places": {"mark": MARK},
        "removals": {"file": f"cd/{'cd' * 16}"},
        "cases": consents
        | {
            "id": record["id"],
            "kiosk_id": KIOSK,
            "record": json.dumps(record).encode(),
            "record_sha256": record_digest(record),
            "urgent": False,
            "received_at": AT,
            "changed_at": AT,
        },
        "photos": case
        | {
            "number": 0,
            "sha256": facts["sha256"],
            "size_bytes": len(photo),
            "content_type": "image/jpeg",
            "state": "kept",
            "file": FILE,
            "received_at": AT,
        },
        "opinions": case | {"model_sha256": "a" * 64, "prediction": '{"by": "a model"}', "given_at": AT},
        "updates": case
        | {"kiosk_id": KIOSK, "cursor": 1, "kind": "opinion", "content": '{"by": "a model"}', "told_at": AT},
        "changes": case
        | {"id": "c" * 36, "kind": "note", "change": b"{}", "sha256": "a" * 64, "received_at": AT},
        "jobs": case | {"kind": "opinion", "state": "parked", "urgent": False, "due_at": AT},
        "uploads": case
        | {
            "id": "d" * 36,
            "kiosk_id": KIOSK,
            "photo_number": 0,
            "sha256": "a" * 64,
            "length": 10,
            "offset": 5,
            "expires_at": AT,
        },
        "tombstones": {"case_id": "e" * 36, "kiosk_id": KIOSK, "erased_at": AT},
        "conflicts": {"kiosk_id": KIOSK, "case_id": record["id"], "sha256": "b" * 64, "seen_at": AT},
    }


@pytest.fixture
def old(url, home, pictures):
    """The record that stands in a home of the first version."""
    photo = pictures.jpeg(pictures.skin(96, 96))
    record = a_record(photo, consent={"analyse": True, "review": True})
    engine = open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(server.store.__file__).parent / "migrations"))
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, OLDEST)
        made = set(sa.inspect(connection).get_table_names()) - {"alembic_version"}
        rows = rows_of(record, photo)
        assert made == set(rows)
        for table, row in rows.items():
            names = ", ".join(f'"{name}"' for name in row)
            given = ", ".join(f":{name}" for name in row)
            connection.execute(sa.text(f'INSERT INTO "{table}" ({names}) VALUES ({given})'), row)
    engine.dispose()
    for name, content in {f"00/{'0' * 32}": MARK.encode(), FILE: photo}.items():
        (home / "photos" / name).parent.mkdir(parents=True)
        (home / "photos" / name).write_bytes(content)
    return record


def in_use(later, record):
    """What a kiosk has of it."""
    assert later.receipt(record)["issued_at"] == "2026-01-02T03:04:05.000006Z"
    assert later.state(record) == "kept"
    assert later.photo(record)
    opinion = later.kiosk.call("GET", f"/v1/cases/{record['id']}/opinion")
    assert opinion.json == {"by": "a model"}
    return True


@on_both_databases
def test_rows_of_the_first_version_come_along(old, url, home, open_home):
    later = open_home(home, url)
    assert in_use(later, old)
    assert later.heard() == (["opinion"], 1)
    assert later.parts.cases.conflicts() == 1
    later.case()
    later.answer()
    assert later.heard(1) == (["opinion"], 2)


@pytest.fixture
def version(url):
    def found():
        engine = open_engine(url)
        with engine.connect() as connection:
            told = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        engine.dispose()
        return told

    return found


def test_a_backup_before_it_leaves_the_old_database_as_it_is(
    old, url, home, clock, restored, tmp_path, version
):
    load_or_make_key(home / "receipts.pem")
    path = back_up(load_settings(home), tmp_path, clock).path
    assert version() == OLDEST
    later = restored(path)
    assert in_use(later, old)
    assert later.heard(1)[0] == ["restored"]
