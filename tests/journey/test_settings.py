"""Staff change the settings on a phone, and the next press says what they set."""

from collections.abc import Iterator

import pytest
from phone_in_hand import PhoneInHand
from playwright.sync_api import Locator, Page, expect
from running_kiosk import RunningKiosk, running_kiosk

from models.conditions import load_catalogue


@pytest.fixture(scope="module")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    """A kiosk of its own, for its settings change."""
    with running_kiosk(tmp_path_factory.mktemp("settings") / "home") as running:
        yield running


@pytest.fixture(autouse=True)
def _as_at_first(kiosk: RunningKiosk) -> Iterator[None]:
    yield
    for name in kiosk.json("/api/v1/settings")["values"]:
        kiosk.ask("DELETE", f"/api/v1/settings/{name}")


def setting(page: Page, name: str) -> Locator:
    return page.locator(f"[data-setting='{name}']")


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[id='{name}']")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("#save").click()


def press(kiosk: RunningKiosk, held: PhoneInHand) -> Page:
    """Press, and see the finding of that press."""
    case_id = kiosk.press()
    kiosk.wait_for(case_id)
    held.page.goto(f"/cases/{case_id}")
    held.finding()
    return held.page


def walk(kiosk: RunningKiosk, held: PhoneInHand) -> None:
    """Change what stands beside findings, see who set it, see it at the next press, and go back."""
    page = held.page
    page.goto("/settings")
    expect(setting(page, "clinic.red_flags")).to_contain_text("Now: default")
    expect(page.locator("#own-red-flags")).to_contain_text(load_catalogue().red_flags[0])
    field(page, "clinic.red_flags").fill("It bleeds.\nIt grew within a week.")
    field(page, "clinic.emergency_contact").fill("Duty doctor, telephone 555 0100")
    save(page)
    expect(page.locator("#saved")).to_contain_text("Saved.")
    expect(setting(page, "clinic.red_flags")).to_contain_text("Now: set here by ")
    expect(setting(page, "clinic.name")).to_contain_text("Now: default")
    assert press(kiosk, held).locator("#red-flags li").all_inner_texts() == [
        "It bleeds.",
        "It grew within a week.",
    ]
    expect(page.locator("#emergency-contact")).to_have_text("Duty doctor, telephone 555 0100")
    page.goto("/settings")
    with page.expect_navigation():
        setting(page, "clinic.red_flags").get_by_role("button").click()
    expect(setting(page, "clinic.red_flags")).to_contain_text("Now: default")
    expect(setting(page, "clinic.emergency_contact")).to_contain_text("Now: set here by ")
    flags = press(kiosk, held).locator("#red-flags li").all_inner_texts()
    assert flags == list(load_catalogue().red_flags)


def test_what_is_set_stands_beside_the_next_finding_until_it_is_taken_back(
    kiosk: RunningKiosk, phone: PhoneInHand
) -> None:
    walk(kiosk, phone)


def test_the_same_without_scripts(kiosk: RunningKiosk, plain_phone: PhoneInHand) -> None:
    walk(kiosk, plain_phone)


def test_what_does_not_hold_is_said_beside_its_field_and_what_was_typed_stays(phone: PhoneInHand) -> None:
    page = phone.page
    page.goto("/settings")
    field(page, "clinic.name").fill("Village clinic")
    field(page, "storage.retention_days").fill("a year")
    field(page, "consent.ask_before_photo").check()
    save(page)
    expect(page.locator("#not-saved")).to_be_visible()
    expect(setting(page, "storage.retention_days").locator(".wrong")).to_have_text("Give a whole number.")
    expect(field(page, "storage.retention_days")).to_have_value("a year")
    expect(field(page, "clinic.name")).to_have_value("Village clinic")
    expect(field(page, "consent.ask_before_photo")).to_be_checked()
    assert not phone.is_wider_than_screen()
    field(page, "storage.retention_days").fill("365")
    save(page)
    expect(field(page, "storage.retention_days")).to_have_value("365")
    expect(page.locator("#clinic")).to_have_text("The kiosk of Village clinic")


def test_enter_in_a_field_saves_and_takes_nothing_back(phone: PhoneInHand) -> None:
    page = phone.page
    page.goto("/settings")
    field(page, "clinic.name").fill("Village clinic")
    save(page)
    field(page, "panel.countdown_seconds").fill("3")
    field(page, "panel.countdown_seconds").press("Enter")
    expect(setting(page, "panel.countdown_seconds")).to_contain_text("Now: set here by ")
    expect(field(page, "clinic.name")).to_have_value("Village clinic")


def test_consent_is_asked_for_before_a_photo_once_that_is_set(phone: PhoneInHand) -> None:
    page = phone.page
    page.goto("/new")
    expect(page.locator("[name=consent_analyse]")).to_have_count(0)
    page.goto("/settings")
    field(page, "consent.ask_before_photo").check()
    save(page)
    page.goto("/new")
    boxes = page.locator("#press-form .consent input")
    assert [box.get_attribute("name") for box in boxes.all()] == [
        "consent_analyse",
        "consent_review",
        "consent_train",
        "consent_guardian",
    ]
    assert not any(box.is_checked() for box in boxes.all())
    assert not phone.is_wider_than_screen()
    page.goto("/settings")
    field(page, "consent.ask_before_photo").uncheck()
    save(page)
    page.goto("/new")
    expect(page.locator(".consent")).to_have_count(0)


def test_the_settings_fit_a_phone(phone: PhoneInHand) -> None:
    answer = phone.page.goto("/settings")
    assert answer
    assert answer.status == 200
    phone.page.locator("#others > summary").click()
    assert not phone.is_wider_than_screen()
    too_small = phone.page.evaluate(
        "[...document.querySelectorAll('#settings button, #settings input:not([type=hidden]):not(.tick), "
        "#settings select, #settings summary')].filter(e => e.getBoundingClientRect().height < 44).length"
    )
    assert too_small == 0
