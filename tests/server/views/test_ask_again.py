"""A kiosk asks again for an opinion that could not be given."""

import pytest
from server_doubles import enrolled
from server_queue import Line


@pytest.fixture
def parked(parts, kiosk):
    line = Line(parts, kiosk)
    case = line.case()
    line.queue.failed(line.claimed(), "no", for_good=True)
    return case


def test_a_parked_case_is_queued_again(parked, kiosk, parts):
    answer = kiosk.call("POST", f"/v1/cases/{parked}/opinion")
    assert (answer.status_code, answer.json) == (202, {"queued": True})
    assert parts.queue.waiting().waiting == 1


def test_asked_twice_it_is_queued_once(parked, kiosk, parts):
    kiosk.call("POST", f"/v1/cases/{parked}/opinion")
    assert kiosk.call("POST", f"/v1/cases/{parked}/opinion").json == {"queued": False}
    assert parts.queue.waiting().waiting == 1


def test_another_kiosk_cannot_ask(parked, app, parts):
    assert enrolled(app, parts, "other").call("POST", f"/v1/cases/{parked}/opinion").status_code == 404
    assert parts.queue.waiting().parked == 1
