"""``kiosk subjects``: who was seen, over ssh."""

import pytest

from device.amendment import Draft, Kind
from device.case import CaseDetails


@pytest.fixture
def seen(kept, skin_jpeg):
    """Two subjects; the first with two lesions and a diagnosis. The id of its first case."""
    details = [("P-1", "L-1"), ("P-1", "L-2"), ("P-2", "L-1"), (None, None)]
    cases = [
        kept.receive_photo(skin_jpeg, CaseDetails(subject=subject, lesion=lesion)).id
        for subject, lesion in details
    ]
    said = {"text": "refer", "condition": "nevus"}
    kept.amendments.write(cases[0], Draft("d-1", Kind.DIAGNOSIS, said, "A. B."))
    return cases


def test_the_list_names_each_subject_once_with_its_newest_case(kiosk, seen):
    listed = kiosk("subjects", "list", "--json").json["subjects"]
    assert listed == [
        {"subject": "P-1", "cases": 2, "lesions": 2, "newest_case": seen[1]},
        {"subject": "P-2", "cases": 1, "lesions": 1, "newest_case": seen[2]},
    ]
    assert "P-2" in kiosk("subjects", "list").out


def test_one_subject_is_shown_oldest_first_with_what_clinicians_wrote(kiosk, seen):
    shown = kiosk("subjects", "show", "P-1", "--json").json["cases"]
    assert [case["id"] for case in shown] == seen[:2]
    assert shown[0]["diagnosis"]["text"] == "refer"
    assert "nevus, refer" in kiosk("subjects", "show", "P-1").out


def test_an_unknown_pseudonym_is_a_wrong_call(kiosk, seen):
    answer = kiosk("subjects", "show", "P-9")
    assert answer.status == 2
    assert "see kiosk subjects list" in answer.err
