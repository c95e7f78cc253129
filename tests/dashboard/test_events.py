"""The event stream: every change once, in order, from where a phone left off."""

import json
import time

import pytest

from dashboard.parts import parts_of
from dashboard.stream.streams import Streams
from device.case import Role
from device.errors import StoreFull, StoreLocked, StoreReadOnly


def story(kiosk, phone, photo):
    """A press from asking to finding; the case's id."""
    case_id = phone.press().json["id"]
    kiosk.captures(case_id, photo)
    kiosk.classifies(case_id)
    return case_id


def test_each_change_of_a_case_is_told_as_it_was(kiosk, staff, photo):
    kiosk.runs()
    events = staff.follow()
    case_id = story(kiosk, staff, photo)
    told = [events.next("case")[2] for _ in range(3)]
    assert [case["state"] for case in told] == ["asked", "captured", "classified"]
    assert [len(case["photos"]) for case in told] == [0, 1, 1]
    assert [case["prediction"] is None for case in told] == [True, True, False]
    assert {case["id"] for case in told} == {case_id}


def test_the_last_event_is_the_case_as_the_api_gives_it(kiosk, staff, photo):
    events = staff.follow()
    case_id = kiosk.has_case(photo)
    events.next("case")
    assert events.next("case")[2] == staff.case(case_id)


def test_an_event_is_lines_that_end_with_an_empty_one(kiosk, staff, photo):
    kiosk.shows("ready")
    kiosk.runs()
    events = staff.follow()
    first = events.raw().splitlines()
    assert first[0] == "retry: 1000"
    assert first[1].startswith("id: ")
    assert first[2] == "event: state"
    kiosk.has_case(photo, subject="line\nbreak")
    number, name, content = events.raw().splitlines()
    assert (number, name) == ("id: 1", "event: case")
    assert json.loads(content.removeprefix("data: "))["subject"] == "line\nbreak"


def test_the_stream_says_what_it_is(staff):
    headers = staff.follow().response.headers
    assert headers["Content-Type"].startswith("text/event-stream")
    assert headers["Cache-Control"] == "no-store"


def test_a_phone_that_comes_back_gets_what_it_missed(kiosk, staff, photo):
    kiosk.runs()
    first = story(kiosk, staff, photo)
    events = staff.follow(headers={"Last-Event-ID": "1"})
    assert events.cases(2) == [(first, "captured"), (first, "classified")]
    second = kiosk.store.receive_photo(photo).id
    assert events.cases(1) == [(second, "captured")]


def test_a_page_follows_from_the_change_it_was_made_at(kiosk, staff, photo):
    page = staff.get("/").text
    after = page.split('data-after="')[1].split('"')[0]
    case_id = kiosk.has_case(photo)
    assert staff.follow(f"?after={after}").cases(2) == [(case_id, "captured"), (case_id, "classified")]


@pytest.mark.parametrize("nonsense", ["x", "-1", "²", "9" * 40])
def test_nonsense_to_resume_from_means_from_now_on(kiosk, staff, photo, nonsense):
    kiosk.has_case(photo)
    events = staff.follow(f"?after={nonsense}")
    fresh = kiosk.store.receive_photo(photo).id
    assert events.cases(1) == [(fresh, "captured")]


def test_a_number_from_before_a_restore_does_not_silence_the_stream(kiosk, staff, photo):
    events = staff.follow("?after=5000")
    case_id = kiosk.store.receive_photo(photo).id
    assert events.cases(1) == [(case_id, "captured")]


def test_many_phones_hear_the_same(kiosk, staff, photo):
    listeners = [kiosk.phone().follow() for _ in range(8)]
    case_id = kiosk.has_case(photo)
    for listener in listeners:
        assert listener.cases(2) == [(case_id, "captured"), (case_id, "classified")]


def test_an_erased_case_is_told_by_its_id(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    events = staff.follow()
    staff.delete(f"/api/v1/cases/{case_id}")
    name, number, content = events.next("case", "erased")
    assert (name, content) == ("erased", {"id": case_id})
    assert number is not None


def test_changes_of_a_case_erased_since_are_not_told(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    staff.delete(f"/api/v1/cases/{case_id}")
    assert staff.follow("?after=0").next("case", "erased")[0] == "erased"


def test_the_panel_is_told_at_once_and_at_each_change(kiosk, staff):
    kiosk.runs()
    ready = kiosk.shows("ready", green=True)
    events = staff.follow()
    assert events.next("state")[2] == ready
    thinking = kiosk.shows("thinking", yellow=True)
    assert events.next("state")[2] == thinking


def test_without_a_device_process_the_panel_is_off(kiosk, staff):
    kiosk.shows("ready", green=True)
    assert staff.follow().next("state")[2]["pattern"] == "off"


class TestSubject:
    """A subject's phone hears of its own cases only."""

    def test_hears_own_cases(self, kiosk, photo):
        events = kiosk.phone(Role.SUBJECT, "S-1").follow()
        kiosk.has_case(photo, subject="S-2")
        kiosk.has_case(photo)
        own = kiosk.has_case(photo, subject="S-1")
        assert events.cases(2) == [(own, "captured"), (own, "classified")]

    def test_misses_only_own_cases(self, kiosk, photo):
        kiosk.has_case(photo, subject="S-2")
        own = kiosk.has_case(photo, subject="S-1")
        events = kiosk.phone(Role.SUBJECT, "S-1").follow("?after=0")
        assert events.cases(2) == [(own, "captured"), (own, "classified")]

    def test_hears_of_own_erasures(self, kiosk, staff, photo):
        foreign, own = kiosk.has_case(photo, subject="S-2"), kiosk.has_case(photo, subject="S-1")
        events = kiosk.phone(Role.SUBJECT, "S-1").follow()
        staff.delete(f"/api/v1/cases/{foreign}")
        staff.delete(f"/api/v1/cases/{own}")
        assert events.next("case", "erased")[2] == {"id": own}

    def test_learns_the_pattern_but_no_lights_and_no_words(self, kiosk):
        kiosk.runs()
        kiosk.shows("ready", {"words": "the card is full"}, green=True)
        events = kiosk.phone(Role.SUBJECT, "S-1").follow()
        assert events.next("state")[2] == {"pattern": "ready"}


def test_revoking_a_phone_ends_its_stream(kiosk, staff):
    phone = kiosk.phone()
    events = phone.follow()
    events.next("state")
    staff.post(f"/phones/{kiosk.store.phones.all()[-1].id}/revoke")
    started = time.monotonic()
    with pytest.raises(StopIteration):
        events.raw()
    assert time.monotonic() - started < 5


def test_stopping_ends_every_stream_at_once(kiosk, staff):
    events = staff.follow()
    events.next("state")
    started = time.monotonic()
    parts_of(kiosk.app).stop()
    with pytest.raises(StopIteration):
        events.raw()
    assert time.monotonic() - started < 0.5


def test_too_many_streams_are_refused_until_one_ends(kiosk, staff, monkeypatch):
    monkeypatch.setattr(parts_of(kiosk.app).streams, "_most", 2)
    first, _ = staff.follow(), staff.follow()
    refused = staff.get("/api/v1/events")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "close some" in refused.json["detail"]
    first.close()
    staff.follow()


def test_a_card_that_is_full_is_told_though_the_panel_cannot_say_so(kiosk, staff, monkeypatch):
    kiosk.runs()
    kiosk.shows("ready", green=True)

    def full(needed_bytes=0):
        raise StoreFull("the card is full")

    with monkeypatch.context() as m:
        m.setattr(kiosk.store.photos, "require_room", full)
        events = staff.follow()
        told = events.next("state")[2]
        assert (told["pattern"], told["words"]) == ("fault", "the card is full")
    told = events.next("state")[2]
    assert (told["pattern"], told["words"]) == ("ready", None)


def test_a_store_that_takes_no_beat_is_told_until_it_does(kiosk, staff, monkeypatch):
    kiosk.runs()
    kiosk.shows("ready", green=True)
    beat, failing = kiosk.store.processes.beat, [True]

    def fail(*report):
        if failing:
            raise StoreReadOnly("the card does not answer as it should: check the card")
        beat(*report)

    monkeypatch.setattr(kiosk.store.processes, "beat", fail)
    events = staff.follow()
    assert events.next("state")[2]["words"] is None
    told = events.next("state")[2]
    assert (told["pattern"], "check the card" in told["words"]) == ("fault", True)
    assert "check the card" in staff.get("/cases").text
    failing.clear()
    assert events.next("state")[2]["words"] is None
    assert "check the card" not in staff.get("/cases").text


def test_a_store_that_cannot_be_read_is_told_until_it_can(kiosk, staff, photo, monkeypatch):
    kiosk.runs()
    kiosk.shows("ready", green=True)
    events = staff.follow()
    events.next("state")

    def fail(*_):
        raise StoreReadOnly("the card does not answer as it should: check the card")

    with monkeypatch.context() as m:
        m.setattr(kiosk.store.changes, "after", fail)
        case_id = kiosk.store.receive_photo(photo).id
        assert "check the card" in events.next("state")[2]["words"]
    assert {events.next("case", "state")[0] for _ in range(2)} == {"case", "state"}
    assert staff.case(case_id)["state"] == "captured"


def test_the_feed_survives_a_store_that_fails_for_a_while(kiosk, staff, photo, monkeypatch):
    events = staff.follow()
    events.next("state")
    real, calls = kiosk.store.changes.after, []

    def locked_twice(*given):
        calls.append(given)
        if len(calls) <= 2:
            raise StoreLocked("another program holds the database: try again in a moment")
        return real(*given)

    monkeypatch.setattr(kiosk.store.changes, "after", locked_twice)
    case_id = kiosk.store.receive_photo(photo).id
    assert events.cases(1) == [(case_id, "captured")]
    assert len(calls) > 2


def test_a_stream_outlives_a_store_that_cannot_say_who_is_paired(kiosk, monkeypatch):
    def locked(_):
        raise StoreLocked("another program holds the database")

    monkeypatch.setattr(kiosk.store.phones, "by_secret", locked)
    assert Streams(kiosk.store.phones, 1).is_paired("secret")


def test_the_dashboard_says_that_it_runs(kiosk, staff):
    staff.follow().next("state")
    deadline = time.monotonic() + 5
    while kiosk.store.processes.get("dashboard") is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert kiosk.store.processes.get("dashboard").report == {
        "ready": True,
        "host": "127.0.0.1",
        "port": 8080,
    }


def test_an_end_that_was_replaced_since_is_not_told_again(kiosk, staff, photo):
    case_id = kiosk.has_case(photo)
    kiosk.store.cases.classify_again(case_id)
    kiosk.store.cases.failed(case_id, "The model did not answer.")
    events = staff.follow("?after=0")
    assert events.cases(3) == [(case_id, "captured"), (case_id, "captured"), (case_id, "failed")]
