"""A clinician at work, at phone width: a lesion over time, notes and a diagnosis, two phones on one case."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from phone_in_hand import PhoneInHand, link_of
from playwright.sync_api import Browser, expect
from running_kiosk import RunningKiosk


@pytest.fixture
def lesion(kiosk: RunningKiosk, sample: Path, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Three photos of one lesion of a subject of this test's own."""
    cases = []
    for number in (1, 2, 3):
        photo = sample.with_name(f"0{number}.jpg").read_bytes()
        status, answer = kiosk.upload(photo)
        assert status == 202
        cases.append(kiosk.wait_for(answer["id"])["id"])
        said = b'{"subject": "%s", "lesion": "L-1", "body_site": "back"}' % request.node.name[:60].encode()
        kiosk.ask("PUT", f"/api/v1/cases/{cases[-1]}/details", said, "application/json")
    yield cases
    for case_id in cases:
        kiosk.ask("DELETE", f"/api/v1/cases/{case_id}")


def save(phone: PhoneInHand) -> None:
    phone.page.locator("#save").click()
    phone.page.wait_for_selector("#case")


def test_a_button_press_is_put_under_a_lesion_and_compared_with_an_earlier_photo(
    phone: PhoneInHand, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    page = phone.page
    case_id = kiosk.press()
    subject = kiosk.json(f"/api/v1/cases/{lesion[0]}")["subject"]
    page.goto(f"/cases/{case_id}")
    phone.wait_for_case(case_id)
    page.locator("#change-details").click()
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("Lesion").fill("L-1")
    save(phone)
    page.locator("#history").click()
    rows = page.locator("#timeline [data-case]")
    expect(rows).to_have_count(4)
    assert [row.get_attribute("data-case") for row in rows.all()] == [*lesion, case_id]
    assert not phone.is_wider_than_screen()
    page.locator(f"input[name=one][value='{lesion[1]}']").check()
    page.locator("button#side-by-side").click()
    figures = page.locator("#side-by-side figure")
    assert [f.get_attribute("data-case") for f in figures.all()] == [lesion[1], case_id]
    left, right = (figure.bounding_box() for figure in figures.all())
    assert left
    assert right
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert right["x"] + right["width"] <= 390
    page.locator("#choose select[name=one]").select_option(lesion[0])
    page.get_by_role("button", name="Show these").click()
    assert figures.first.get_attribute("data-case") == lesion[0]
    assert not phone.is_wider_than_screen()
    kiosk.ask("DELETE", f"/api/v1/cases/{case_id}")


def test_the_next_photo_of_a_lesion_goes_where_the_others_are(
    phone: PhoneInHand, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    page = phone.page
    page.goto(f"/cases/{lesion[0]}/history")
    page.locator("#next-photo").click()
    page.locator("#shutter").click()
    page.wait_for_selector("#case[data-state=classified]")
    page.locator("#history").click()
    expect(page.locator("#timeline [data-case]")).to_have_count(4)
    newest = kiosk.json(f"/api/v1/cases/{lesion[0]}/history")["cases"][-1]
    assert (newest["body_site"], newest["retake_of"]) == ("back", None)
    kiosk.ask("DELETE", f"/api/v1/cases/{newest['id']}")


def test_a_subject_is_found_and_its_lesions_lead_to_their_photos(
    phone: PhoneInHand, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    page = phone.page
    subject = kiosk.json(f"/api/v1/cases/{lesion[0]}")["subject"]
    page.get_by_role("link", name="Subjects").click()
    page.locator("#find input").fill(subject)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="3 photos over time").click()
    expect(page.locator("#timeline [data-case]")).to_have_count(3)
    assert subject not in page.url
    assert not phone.is_wider_than_screen()


def test_a_note_and_a_diagnosis_are_written_beside_the_finding_and_corrected(
    phone: PhoneInHand, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    page = phone.page
    page.goto(f"/cases/{lesion[0]}")
    finding = phone.finding()
    page.locator("#write-note").click()
    page.get_by_label("Note").fill("Itches at night.\nGrew since spring.")
    page.get_by_label("Written by").fill("A. B.")
    save(phone)
    page.locator("#write-diagnosis").click()
    page.get_by_label("Condition").select_option("nevus")
    save(phone)
    expect(page.locator("#diagnosis")).to_contain_text("A. B.")
    assert phone.finding() == finding
    page.get_by_role("link", name="Correct").click()
    page.get_by_label("Note").fill("Itches by day.")
    save(phone)
    expect(page.locator("#notes li")).to_have_text(re.compile("Itches by day"))
    page.locator("#amendments").click()
    expect(page.locator("#written li.replaced")).to_contain_text("Itches at night.")
    assert not phone.is_wider_than_screen()


def test_it_can_all_be_written_without_scripts(plain_phone: PhoneInHand, lesion: list[str]) -> None:
    page = plain_phone.page
    page.goto(f"/cases/{lesion[0]}")
    page.locator("#write-note").click()
    page.get_by_label("Note").fill("Written by hand.")
    save(plain_phone)
    expect(page.locator("#notes")).to_contain_text("Written by hand.")


def test_of_two_phones_on_one_case_the_second_sees_both_and_decides(
    phone: PhoneInHand, browser: Browser, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    other = PhoneInHand(browser, kiosk).pair(link_of(kiosk))
    for held in (phone, other):
        held.page.goto(f"/cases/{lesion[0]}/write/diagnosis")
    phone.page.get_by_label("own words").fill("wart")
    save(phone)
    other.page.get_by_label("own words").fill("callus")
    other.page.locator("#save").click()
    expect(other.page.locator("#theirs")).to_have_text("wart")
    expect(other.page.get_by_label("own words")).to_have_value("callus")
    save(other)
    expect(phone.page.locator("#diagnosis")).to_contain_text("callus")  # by itself, on the open page
    other.put_away()


def test_what_is_written_while_the_kiosk_cannot_be_reached_is_kept_once(
    phone: PhoneInHand, kiosk: RunningKiosk, lesion: list[str]
) -> None:
    page = phone.page
    page.goto(f"/cases/{lesion[0]}/write/note")
    page.get_by_label("Note").fill("Not lost.")
    phone.context.set_offline(True)
    page.locator("#save").click()
    expect(page.locator("#kept-here")).to_be_visible()
    phone.context.set_offline(False)
    expect(page.locator("#notes")).to_contain_text("Not lost.")
    notes = kiosk.json(f"/api/v1/cases/{lesion[0]}")["notes"]
    assert [note["text"] for note in notes] == ["Not lost."]
