"""What a kiosk is told, in order, and how soon."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from running_kiosk import wait_until

from device.wire.update import UpdateKind
from server.errors import Overloaded
from server.store.updates import News, tell


@pytest.fixture
def tells(parts, kiosk):
    """The server has something for the kiosk."""

    def tells(number):
        with parts.database.transaction() as t:
            tell(t, parts.clock, News(kiosk.id, UpdateKind.RELEASE, None, {"number": number}))

    return tells


def asked(kiosk, **query):
    return kiosk.call("GET", "/v1/updates", query_string=query).json


def test_updates_come_in_order_and_each_until_the_next_is_asked_for(kiosk, tells):
    for number in range(3):
        tells(number)
    first, again, rest = asked(kiosk), asked(kiosk, after=0), asked(kiosk, after=1)
    assert [update["cursor"] for update in first["updates"]] == [1, 2, 3]
    assert first == again
    assert [update["content"]["number"] for update in rest["updates"]] == [1, 2]
    assert (rest["next"], asked(kiosk, after=3)["updates"]) == (3, [])


@pytest.mark.parametrize("cursor", ["-1", "x", "1.5", "9" * 19])
def test_a_cursor_that_is_no_number_is_refused(kiosk, cursor):
    assert kiosk.call("GET", f"/v1/updates?after={cursor}").status_code == 400


def test_an_update_reaches_a_kiosk_that_waits_within_a_second(kiosk, tells):
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(asked, kiosk, wait=20)
        wait_until(is_watched, 10, "nobody waits")
        tells(7)
        told_at = time.monotonic()
        assert call.result()["updates"][0]["content"] == {"number": 7}
        assert time.monotonic() - told_at < 1


def test_who_may_not_wait_is_answered_at_once_and_told_when_to_come_back(kiosk, parts):
    parts.listeners.end()
    answer = asked(kiosk, wait=20)
    assert (answer["updates"], 5 <= answer["pause_seconds"] <= 15) == ([], True)


def test_who_may_not_wait_is_told_all_the_same_what_there_is(kiosk, parts, tells):
    parts.listeners.end()
    tells(7)
    answer = asked(kiosk, wait=20)
    assert (len(answer["updates"]), answer["pause_seconds"]) == (1, 0)


def test_who_does_not_want_to_wait_is_told_of_no_pause(kiosk, parts):
    parts.listeners.end()
    assert asked(kiosk)["pause_seconds"] == 0


def test_those_who_come_to_a_busy_database_are_not_asked_back_all_at_once(kiosk, parts, monkeypatch):
    def busy(*_):
        raise Overloaded("the database is busy", 5)

    monkeypatch.setattr(parts.updates, "after", busy)
    answers = [kiosk.call("GET", "/v1/updates?wait=20") for _ in range(40)]
    assert {answer.status_code for answer in answers} == {503}
    pauses = {int(answer.headers["Retry-After"]) for answer in answers}
    assert pauses <= set(range(5, 11))
    assert len(pauses) > 1


def test_those_who_may_not_wait_do_not_come_back_all_at_once(kiosk, parts):
    parts.listeners.end()
    assert len({asked(kiosk, wait=20)["pause_seconds"] for _ in range(40)}) > 1


def is_watched():
    return any(thread.name == "listeners" for thread in threading.enumerate())
