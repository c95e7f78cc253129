"""``kiosk-server alarms``: ids that came with other contents."""

import json

import pytest
from server_doubles import a_record, enrolled


@pytest.fixture
def alarms(run):
    """What ``kiosk-server alarms`` says."""

    def said(*options):
        status, out, _ = run("alarms", *options)
        assert status == 0
        return out

    return said


@pytest.fixture
def case(app, parts, kiosk, clock):
    """Came from one kiosk, then with other contents from it and from another."""
    record = a_record()
    kiosk.put(record)
    assert kiosk.put(record | {"note": "other"}).status_code == 409
    clock.pass_(minutes=5)
    assert enrolled(app, parts, "foo").put(record).status_code == 409
    return record["id"]


def test_no_alarm_while_all_is_well(alarms, kiosk):
    kiosk.put(a_record())
    assert json.loads(alarms("--json")) == {"alarms": []}


def test_each_says_who_sent_it_and_whose_is_kept(alarms, case, clock):
    first, second = json.loads(alarms("--json"))["alarms"]
    assert [(a["case"], a["kiosk"], a["kept_from"]) for a in (first, second)] == [
        (case, "bar", "bar"),
        (case, "foo", "bar"),
    ]
    assert first["sha256"] != second["sha256"]
    assert first["seen_at"] < second["seen_at"] == clock().isoformat()


def test_a_case_that_was_erased_since_is_still_told(alarms, case, kiosk):
    kiosk.call("DELETE", f"/v1/cases/{case}")
    assert {alarm["kept_from"] for alarm in json.loads(alarms("--json"))["alarms"]} == {None}
    assert "erased" in alarms()


def test_the_list_for_people(alarms, case):
    out = alarms()
    assert case in out
    assert "foo" in out
