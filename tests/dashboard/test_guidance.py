"""When to get help, whatever became of a case, and whose kiosk says so."""

from html import unescape

import pytest

from models.conditions import load_catalogue

CLINIC = """
[clinic]
name = "Skin Clinic"
red_flags = ["A flag of ours."]
emergency_contact = "Call Anna: 123."
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def failed_case(kiosk, photo):
    case_id = kiosk.store.receive_photo(photo).id
    kiosk.store.cases.failed(case_id, "The camera did not answer.")
    return case_id


def test_it_stands_above_what_the_model_considered(kiosk, staff, photo):
    page = staff.get(f"/cases/{kiosk.has_case(photo)}").text
    assert page.index('id="red-flags"') < page.index('id="emergency-contact"') < page.index('id="candidates"')


def test_it_is_said_without_a_finding_too(kiosk, staff, photo):
    page = unescape(staff.get(f"/cases/{failed_case(kiosk, photo)}").text)
    assert load_catalogue().red_flags[0] in page
    assert "Call your local emergency number." in page
    assert 'id="clinic"' not in page


def test_it_waits_for_the_end_of_a_case(kiosk, staff, photo):
    case_id = kiosk.store.receive_photo(photo).id
    assert 'id="red-flags"' not in staff.get(f"/cases/{case_id}").text


def test_what_the_clinic_set_counts_without_a_finding(home, request, photo):
    (home / "kiosk.toml").write_text(CLINIC)
    kiosk = request.getfixturevalue("kiosk")
    failed_case(kiosk, photo)
    page = kiosk.phone().get("/").text
    for said in ("A flag of ours.", "Call Anna: 123.", "The kiosk of Skin Clinic"):
        assert said in page


def test_a_finding_of_several_sentences_has_the_first_as_its_headline(kiosk, staff, photo, predicted):
    words = predicted()
    words["finding"]["text"] = "Most likely: acne (70 %). A skin cancer cannot be ruled out."
    page = staff.get(f"/cases/{kiosk.has_case(photo, words)}").text
    assert (
        '<span class="headline">Most likely: acne (70 %).</span> A skin cancer cannot be ruled out.</h1>'
        in page
    )
