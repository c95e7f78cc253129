"""The amendment: what it says, when it takes something back, and how the web API gives it."""

import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from device.amendment import Amendment, Kind

WRITTEN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CONSENT = {"analyse": False, "review": True, "train": False}


def amendment(kind, content, phone_id=None, replaces=None):
    return Amendment("0195-a", Kind(kind), content, "Dr. Ada", phone_id, replaces, WRITTEN_AT, True)


@pytest.mark.parametrize("kind", ["note", "diagnosis"])
def test_an_empty_text_takes_a_note_or_a_diagnosis_back(kind):
    assert amendment(kind, {"text": ""}).is_withdrawn
    assert not amendment(kind, {"text": "Itches."}).is_withdrawn


@pytest.mark.parametrize(
    ("content", "is_withdrawn"),
    [
        ({"text": "", "condition": None}, True),
        ({"text": "", "condition": "nevus"}, False),
        ({"text": "A mole.", "condition": None}, False),
    ],
)
def test_a_diagnosis_may_be_a_condition_or_words(content, is_withdrawn):
    assert amendment("diagnosis", content).is_withdrawn is is_withdrawn


@pytest.mark.parametrize(("kind", "content"), [("details", {"subject": None}), ("consent", CONSENT)])
def test_details_and_consent_are_never_taken_back(kind, content):
    assert not amendment(kind, content).is_withdrawn


def test_it_travels_as_json_with_who_wrote_it_and_when():
    told = json.loads(json.dumps(amendment("consent", CONSENT, replaces="0195-0").as_json()))
    assert told == {
        "id": "0195-a",
        "kind": "consent",
        **CONSENT,
        "written_by": "Dr. Ada",
        "written_at": "2026-03-01T12:00:00+00:00",
        "written_at_trusted": True,
        "replaces": "0195-0",
    }


def test_which_phone_it_came_from_is_not_told():
    assert "4f2a" not in json.dumps(amendment("note", {"text": "Itches."}, phone_id="4f2a").as_json())


def test_it_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        amendment("note", {"text": "Itches."}).written_by = "Nurse Bo"
