"""When too much waits, new cases come back later; known, urgent and unanalysed ones are let in."""

import pytest
from server_backings import on_every_queue
from server_doubles import a_record, enrolled
from server_queue import Line

pytestmark = on_every_queue


@pytest.fixture
def app(start_app):
    return start_app("queue.most_waiting = 2\n")


@pytest.fixture
def full_line(app, parts):
    line = Line(parts, enrolled(app, parts, "full"))
    for _ in range(2):
        line.case()
    return line


def test_a_new_case_is_asked_to_come_back_and_nothing_of_it_is_kept(full_line, kiosk):
    record = a_record()
    answer = kiosk.put(record)
    assert answer.status_code == 503
    assert 60 <= int(answer.headers["Retry-After"]) <= 120
    assert kiosk.call("GET", f"/v1/cases/{record['id']}/opinion").status_code == 404


def test_urgent_cases_are_let_in_and_so_are_those_that_want_no_opinion(full_line, kiosk):
    assert kiosk.put(a_record(urgent=True)).status_code == 201
    assert kiosk.put(a_record(consent={"review": True})).status_code == 201


def test_what_is_no_record_is_told_so(full_line, kiosk):
    assert kiosk.put(a_record(photos=[])).status_code == 422


def test_a_known_case_gets_its_receipt(app, parts, kiosk):
    record = a_record()
    kiosk.put(record)
    line = Line(parts, enrolled(app, parts, "full"))
    line.case()
    line.case()
    assert kiosk.put(record).status_code == 200


def test_once_a_worker_took_one_there_is_room_again(full_line, kiosk):
    full_line.claimed()
    assert kiosk.put(a_record()).status_code == 201
