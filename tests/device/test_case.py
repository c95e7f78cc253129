"""The case: its id, its states, and how the web API gives it."""

import json
import time
import uuid
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from device.amendment import Amendment, Kind
from device.case import (
    EVERYTHING,
    Case,
    CaseDetails,
    Consent,
    Origin,
    Photo,
    Scope,
    State,
    new_case_id,
    utc,
)

CAPTURED_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def case():
    """A classified case of one photo."""
    return Case(
        number=4,
        id="0195-case",
        state=State.CLASSIFIED,
        origin=Origin.PHONE,
        details=CaseDetails(
            subject="P-17", lesion="left-arm-1", body_site="arm", age_band="40-49", sex="female"
        ),
        photos=(Photo(0, "se/0195-case-0.jpg", "ab" * 32, "image/jpeg", 640, 480, 12345),),
        prediction={"inconclusive": False},
        captured_at=CAPTURED_AT,
        time_trusted=True,
    )


def about(case, *written):
    """The case with amendments: (id, kind, text, id of the one replaced) each."""
    amendments = (
        Amendment(name, Kind(kind), {"text": text}, "Dr. Ada", None, replaces, CAPTURED_AT, True)
        for name, kind, text, replaces in written
    )
    return replace(case, amendments=tuple(amendments))


def test_an_id_is_a_uuid_of_version_7_with_the_time_in_front():
    before = time.time_ns() // 1_000_000
    made = uuid.UUID(new_case_id())
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


def test_no_two_ids_are_the_same():
    assert len({new_case_id() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("state", "final"),
    [("asked", False), ("captured", False), ("classified", True), ("retake", True), ("failed", True)],
)
def test_three_states_are_final(state, final):
    assert State(state).is_final is final


def test_nothing_leaves_the_kiosk_by_default():
    assert Consent() == Consent(analyse=False, review=False, train=False)


def test_it_has_every_field_that_others_rely_on(case):
    assert case.as_json().keys() >= {
        "id",
        "subject",
        "lesion",
        "body_site",
        "age_band",
        "sex",
        "photos",
        "sync",
        "state",
        "captured_at",
        "prediction",
        "opinion",
        "recommendations",
        "consent",
        "notes",
        "diagnosis",
        "latest_amendments",
    }


def test_it_travels_as_json(case):
    told = json.loads(json.dumps(case.as_json()))
    assert told["id"] == "0195-case"
    assert told["subject"] == "P-17"
    assert told["state"] == "classified"
    assert told["captured_at"] == "2026-03-01T12:00:00+00:00"
    assert told["consent"] == {"analyse": False, "review": False, "train": False}
    assert told["photos"][0]["url"] == "/api/v1/cases/0195-case/photos/0"
    assert told["photos"][0]["sha256"] == "ab" * 32


def test_where_its_photo_lies_on_the_disk_is_not_told(case):
    assert "se/0195-case-0.jpg" not in json.dumps(case.as_json())


def test_as_of_an_earlier_state_it_tells_nothing_later(case):
    captured = case.as_of(State.CAPTURED)
    assert captured.state is State.CAPTURED
    assert captured.prediction is None
    assert captured.photos == case.photos
    asked = case.as_of(State.ASKED)
    assert asked.photos == ()
    assert asked.captured_at is None
    assert asked.as_json()["captured_at"] is None


def test_as_of_its_own_state_it_is_itself(case):
    assert case.as_of(State.CLASSIFIED) == case


def test_it_cannot_be_changed(case):
    with pytest.raises(FrozenInstanceError):
        case.state = State.FAILED


def test_a_scope_admits_one_subject_or_one_case_or_everything(case):
    assert EVERYTHING.admits(case)
    assert Scope(subject="P-17").admits(case)
    assert not Scope(subject="P-18").admits(case)
    assert Scope(case_id="0195-case").admits(case)
    assert not Scope(case_id="another").admits(case)


def test_a_scope_of_a_subject_does_not_fall_back_to_its_case(case):
    assert not Scope(subject="P-18", case_id="0195-case").admits(case)


def test_a_stored_time_comes_back_aware_and_in_utc():
    local = datetime(2026, 3, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    assert utc(local.isoformat()) == CAPTURED_AT
    assert utc(local.isoformat()).utcoffset() == timedelta(0)


def test_nobody_wrote_about_a_new_case(case):
    told = case.as_json()
    assert (case.notes, case.diagnosis) == ((), None)
    assert (told["notes"], told["diagnosis"]) == ([], None)
    assert told["latest_amendments"] == {"diagnosis": None, "details": None, "consent": None}


def test_it_shows_each_note_in_its_latest_version_and_none_that_was_withdrawn(case):
    case = about(
        case,
        ("a", "note", "Itches.", None),
        ("b", "note", "Bleeds.", None),
        ("c", "note", "Itches at night.", "a"),
        ("d", "note", "", "b"),
        ("e", "diagnosis", "Mole.", None),
    )
    assert [note.id for note in case.notes] == ["c"]
    assert [note["text"] for note in case.as_json()["notes"]] == ["Itches at night."]


def test_a_withdrawn_note_may_be_written_anew(case):
    case = about(
        case, ("a", "note", "Itches.", None), ("b", "note", "", "a"), ("c", "note", "It does itch.", "b")
    )
    assert [note.id for note in case.notes] == ["c"]


def test_its_latest_diagnosis_holds_and_is_what_the_next_one_replaces(case):
    case = about(case, ("a", "diagnosis", "Mole.", None), ("b", "diagnosis", "Wart.", "a"))
    assert case.diagnosis.id == "b"
    assert case.as_json()["diagnosis"]["text"] == "Wart."
    assert case.as_json()["latest_amendments"]["diagnosis"] == "b"


def test_a_withdrawn_diagnosis_is_none_and_still_what_the_next_one_replaces(case):
    case = about(case, ("a", "diagnosis", "Mole.", None), ("b", "diagnosis", "", "a"))
    assert case.diagnosis is None
    assert case.as_json()["diagnosis"] is None
    assert case.as_json()["latest_amendments"]["diagnosis"] == "b"


def test_only_staff_are_shown_notes(case):
    case = about(case, ("a", "note", "Tell the family first.", None), ("b", "diagnosis", "Mole.", None))
    assert EVERYTHING.shown(case) == case
    for scope in (Scope(subject="P-17"), Scope(case_id="0195-case")):
        assert [amendment.id for amendment in scope.shown(case).amendments] == ["b"]
        assert "family" not in json.dumps(scope.shown(case).as_json())
