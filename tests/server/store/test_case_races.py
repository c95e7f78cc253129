"""One case, several requests at once: it is kept once, or gone, and never both."""

import json
import uuid
from functools import partial

import pytest
from at_once import at_once
from server_backings import on_both_databases
from server_doubles import a_record

from server.errors import CaseConflict, CaseErased
from server.store.tables import cases, tombstones

pytestmark = on_both_databases

RACES = 15


@pytest.fixture
def put(parts, kiosk):
    """Sends a record; what came of it."""

    def send(record):
        try:
            return "new" if parts.cases.put(kiosk.id, record["id"], body(record)).new else "known"
        except (CaseErased, CaseConflict) as error:
            return type(error).__name__

    return send


@pytest.fixture
def erase(parts, kiosk):
    return lambda case_id: parts.cases.erase(kiosk.id, case_id)


def body(record):
    return json.dumps(record).encode()


def is_in(parts, column, case_id):
    with parts.database.read() as r:
        return r.execute(column.table.select().where(column == case_id)).first() is not None


def test_of_the_same_record_sent_at_once_one_is_new(put):
    for _ in range(RACES):
        record = a_record()
        came = at_once(*(partial(put, record) for _ in range(4)))
        assert sorted(came) == ["known", "known", "known", "new"]


def test_of_two_records_with_one_id_one_is_kept_and_the_other_is_a_conflict(put, parts):
    for race in range(RACES):
        record = a_record()
        came = at_once(partial(put, record), partial(put, record | {"body_site": "back"}))
        assert sorted(came) == ["CaseConflict", "new"]
        assert parts.cases.conflicts() == race + 1


def test_a_record_on_its_way_while_its_case_is_erased_leaves_nothing(put, erase, parts):
    for _ in range(RACES):
        record = a_record()
        came, _, _ = at_once(partial(put, record), partial(erase, record["id"]), partial(erase, record["id"]))
        assert came in ("new", "CaseErased")
        assert is_in(parts, tombstones.c.case_id, record["id"])
        assert not is_in(parts, cases.c.id, record["id"])


def test_a_case_that_is_known_and_erased_meanwhile_is_told_as_erased(put, erase):
    for _ in range(RACES):
        record = a_record()
        put(record)
        came, _ = at_once(partial(put, record), partial(erase, record["id"]))
        assert came in ("known", "CaseErased")


def test_of_one_change_sent_at_once_one_is_new(put, parts, kiosk):
    for _ in range(RACES):
        record = a_record()
        put(record)
        change = {"id": str(uuid.uuid4()), "kind": "consent", "content": {"review": True}}
        send = partial(parts.cases.change, kiosk.id, record["id"], body(change))
        assert sorted(kept.new for kept, _ in at_once(send, send, send)) == [False, False, True]
