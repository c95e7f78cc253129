"""What a phone that may not see everything is told of a case that changes under it."""

import pytest

from device.amendment import Draft, Kind
from device.case import Role


@pytest.fixture
def write(kiosk):
    """Somebody writes about a case."""

    def write(case_id, kind, **content):
        kiosk.store.amendments.write(
            case_id, Draft(f"{kind}-{content}", kind, content, "Anna", replaces_any=True)
        )

    return write


@pytest.fixture
def give(write):
    """A case becomes a subject's."""

    def give(case_id, subject):
        write(
            case_id,
            Kind.DETAILS,
            **dict.fromkeys(("lesion", "body_site", "age_band", "sex")),
            subject=subject,
        )

    return give


def test_a_case_that_becomes_another_subjects_is_gone_for_the_first(kiosk, photo, give):
    case_id = kiosk.has_case(photo, subject="S-1")
    before, after = (kiosk.phone(Role.SUBJECT, name).follow() for name in ("S-1", "S-2"))
    give(case_id, "S-2")
    name, number, content = before.next("case", "erased")
    assert (name, content) == ("erased", {"id": case_id})
    assert number == kiosk.store.changes.last()
    assert after.next("case", "erased")[2]["subject"] == "S-2"


def test_nothing_more_of_it_is_told_to_the_first(kiosk, photo, give):
    case_id = kiosk.has_case(photo, subject="S-1")
    events = kiosk.phone(Role.SUBJECT, "S-1").follow()
    give(case_id, "S-2")
    kiosk.store.cases.classify_again(case_id)
    kiosk.store.erase(case_id)
    own = kiosk.store.receive_photo(photo).id
    give(own, "S-1")
    told = [events.next("case", "erased") for _ in range(2)]
    assert [(name, content["id"]) for name, _, content in told] == [("erased", case_id), ("case", own)]


def test_a_case_given_back_is_told_again(kiosk, photo, give):
    case_id = kiosk.has_case(photo, subject="S-1")
    events = kiosk.phone(Role.SUBJECT, "S-1").follow()
    give(case_id, "S-2")
    assert events.next("case", "erased")[0] == "erased"
    give(case_id, "S-1")
    assert events.next("case", "erased")[0] == "case"


def test_staff_hear_of_the_same_case_throughout(kiosk, staff, photo, give):
    case_id = kiosk.has_case(photo, subject="S-1")
    events = staff.follow()
    give(case_id, "S-2")
    assert events.next("case", "erased")[2]["subject"] == "S-2"


def test_clinicians_notes_are_told_to_staff_alone(kiosk, staff, photo, write):
    case_id = kiosk.has_case(photo, subject="S-1")
    of_staff, of_subject = staff.follow(), kiosk.phone(Role.SUBJECT, "S-1").follow()
    write(case_id, Kind.NOTE, text="for colleagues")
    assert [note["text"] for note in of_staff.next("case")[2]["notes"]] == ["for colleagues"]
    assert of_subject.next("case")[2]["notes"] == []


def test_notes_are_kept_from_a_phone_that_comes_back_too(kiosk, photo, write):
    case_id = kiosk.has_case(photo, subject="S-1")
    write(case_id, Kind.NOTE, text="for colleagues")
    events = kiosk.phone(Role.SUBJECT, "S-1").follow("?after=0")
    assert [events.next("case")[2]["notes"] for _ in range(3)] == [[], [], []]
