"""From the button to the phone: real processes, real sockets, the real model, real Chromium."""

import json
import os
import signal
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest
from phone_in_hand import PhoneInHand, link_of
from playwright.sync_api import Browser, expect
from running_kiosk import RunningKiosk, running_kiosk, wait_until

from device.camera.folder import SAMPLES


def newest_case(kiosk: RunningKiosk, other_than: str) -> str | None:
    cases = kiosk.json("/api/v1/cases?limit=1")["cases"]
    return cases[0]["id"] if cases and cases[0]["id"] != other_than else None


def press_the_pin(kiosk: RunningKiosk) -> str:
    """Press the simulated button; the id of the case that follows."""
    before = newest_case(kiosk, "") or ""
    assert kiosk.command("press").returncode == 0
    return wait_until(lambda: newest_case(kiosk, before), 15, "the press made no case")


def test_a_press_of_the_button_shows_its_finding_on_every_open_page(
    kiosk: RunningKiosk, phone: PhoneInHand, browser: Browser
) -> None:
    other = PhoneInHand(browser, kiosk).pair(link_of(kiosk))
    case_id = press_the_pin(kiosk)
    phone.wait_for_case(case_id)
    other.wait_for_case(case_id)
    said = kiosk.wait_for(case_id)["prediction"]["finding"]
    assert phone.finding() == other.finding() == said["text"]
    expect(phone.page.locator("#disclaimer")).to_contain_text("not a diagnosis")
    other.put_away()


def test_every_sample_photo_gives_a_prediction(kiosk: RunningKiosk) -> None:
    cases = [kiosk.wait_for(press_the_pin(kiosk)) for _ in SAMPLES.glob("*.jpg")]
    assert {case["state"] for case in cases} == {"classified"}
    assert len({case["photos"][0]["sha256"] for case in cases}) == len(cases)
    assert all(abs(sum(c["score"] for c in case["prediction"]["candidates"]) - 1) < 1e-6 for case in cases)


def test_a_page_without_scripts_leads_from_the_shutter_to_the_finding(plain_phone: PhoneInHand) -> None:
    page = plain_phone.page
    page.get_by_role("link", name="New photo").click()
    page.locator("#shutter").click()
    page.wait_for_selector("article[data-state=classified] #finding-text")  # the page asks again by itself
    assert plain_phone.finding()


def test_a_photo_of_the_phone_is_shown_before_it_is_sent(phone: PhoneInHand, sample: Path) -> None:
    page = phone.page
    page.goto("/new")
    page.locator("#photo-gallery").set_input_files(sample)
    expect(page.locator("#preview img")).to_be_visible()
    page.locator("#send-photo").click()
    page.wait_for_selector("article[data-state=classified] #finding-text")
    assert phone.case() in page.url


def test_the_live_picture_runs_with_its_running_estimate(phone: PhoneInHand) -> None:
    page = phone.page
    page.goto("/new")
    expect(page.locator("#estimate")).not_to_be_empty()
    width = page.locator("#live-picture").evaluate("image => image.naturalWidth")
    assert width > 100


def test_a_photo_that_is_no_photo_is_refused_in_words(phone: PhoneInHand, tmp_path: Path) -> None:
    text = tmp_path / "😀 ..photo.jpg"
    text.write_text("this is no photo")
    phone.page.goto("/new")
    phone.page.locator("#photo-gallery").set_input_files(text)
    phone.page.locator("#send-photo").click()
    expect(phone.page.locator("main")).to_contain_text("not a photo")


def test_a_retake_is_one_tap_and_linked_to_the_first(kiosk: RunningKiosk, phone: PhoneInHand) -> None:
    first = press_the_pin(kiosk)
    phone.wait_for_case(first)
    phone.page.goto(f"/cases/{first}")
    phone.page.locator("#retake").click()
    phone.page.wait_for_selector("article[data-state=classified]")
    retake = newest_case(kiosk, first)
    assert retake
    assert kiosk.wait_for(retake)["retake_of"] == first


def test_erasing_takes_a_confirmation_and_leaves_nothing(kiosk: RunningKiosk, phone: PhoneInHand) -> None:
    case_id = press_the_pin(kiosk)
    kiosk.wait_for(case_id)
    phone.page.goto(f"/cases/{case_id}")
    phone.page.locator("#erase > summary").click()
    phone.page.locator("#erase-confirmed").click()
    phone.page.wait_for_url("**/cases")
    assert kiosk.ask("GET", f"/api/v1/cases/{case_id}")[0] == 404
    assert not list((kiosk.home / "photos").glob(f"*/{case_id}*"))


def test_holding_the_twin_opens_pairing_for_a_stranger(
    kiosk: RunningKiosk, phone: PhoneInHand, stranger: PhoneInHand
) -> None:
    stranger.page.goto("/")
    expect(stranger.page.locator("#pairing")).to_have_attribute("data-open", "false")
    phone.page.goto("/twin")
    phone.page.get_by_role("button", name="Hold 2 s").click()
    expect(phone.page.locator("#kiosk-state")).to_have_attribute("data-pattern", "pairing")
    stranger.page.goto("/")
    stranger.page.locator("#pair").click()
    stranger.page.wait_for_selector("#live-region")


def test_the_twin_shows_the_lights_as_they_are(kiosk: RunningKiosk, phone: PhoneInHand) -> None:
    phone.page.goto("/twin")
    before = newest_case(kiosk, "") or ""
    phone.page.locator("button.big-button").click()
    wait_until(lambda: newest_case(kiosk, before), 15, "the twin's button made no case")
    expect(phone.page.locator("[data-light=green]")).to_have_attribute("data-lit", "true")


def test_a_subjects_phone_sees_its_case_and_no_other(kiosk: RunningKiosk, browser: Browser) -> None:
    own, others = press_the_pin(kiosk), press_the_pin(kiosk)
    held = PhoneInHand(browser, kiosk).pair(link_of(kiosk, "--role", "subject", "--case", own))
    held.wait_for_case(own)
    answer = held.page.goto(f"/cases/{others}")
    assert answer
    assert answer.status == 404
    expect(held.page.get_by_role("link", name="New photo")).to_have_count(0)
    held.put_away()


@pytest.mark.parametrize("path", ["/", "/cases", "/new", "/phones", "/status", "/twin"])
def test_every_page_fits_a_phone_and_says_what_it_is(
    kiosk: RunningKiosk, phone: PhoneInHand, path: str
) -> None:
    answer = phone.page.goto(path)
    assert answer
    assert answer.status == 200
    assert not phone.is_wider_than_screen()
    expect(phone.page.locator("#simulated")).to_be_visible()
    expect(phone.page.locator("#unrecognised")).to_be_attached()
    expect(phone.page.locator("#disclaimer")).to_contain_text("ethics committee")


def test_pages_come_back_by_themselves_after_a_killed_process(tmp_path: Path, browser: Browser) -> None:
    with running_kiosk(tmp_path / "home") as kiosk:
        held = PhoneInHand(browser, kiosk).pair(link_of(kiosk))
        for part in ("device", "dashboard"):
            kill(kiosk, part)
            held.wait_for_case(wait_until(lambda: press_if_well(kiosk), 30, "the kiosk did not come back"))
        held.put_away()


def test_a_clean_stop_takes_less_than_five_seconds_with_pages_open(tmp_path: Path, browser: Browser) -> None:
    with running_kiosk(tmp_path / "home") as kiosk:
        held = PhoneInHand(browser, kiosk).pair(link_of(kiosk))
        held.page.goto("/new")
        assert kiosk.stop() < 5
        held.put_away()


def test_holding_six_seconds_ends_the_simulated_kiosk(tmp_path: Path) -> None:
    with running_kiosk(tmp_path / "home") as kiosk:
        kiosk.command("press", "--hold", "6")
        assert kiosk.process.wait(10) == 0


def pid_of(kiosk: RunningKiosk, part: str) -> int:
    """The process that ``kiosk run`` started for a part, found by its command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        words = (folder / "cmdline").read_bytes().split(b"\0") if folder.exists() else []
        is_part = part.encode() in words or (part == "dashboard" and b"dashboard" in words)
        if str(kiosk.home).encode() in words and is_part:
            return int(folder.name)
    raise AssertionError(f"no process for {part}")


def kill(kiosk: RunningKiosk, part: str) -> None:
    """SIGKILL, and wait until another process has taken the part over."""
    killed = pid_of(kiosk, part)
    os.kill(killed, signal.SIGKILL)

    def is_replaced() -> bool:
        with suppress(AssertionError):
            return pid_of(kiosk, part) != killed
        return False

    wait_until(is_replaced, 30, f"{part} was not started again")


def press_if_well(kiosk: RunningKiosk) -> str | None:
    """A press, once the kiosk takes one; what a killed process's client meets is no answer."""
    with suppress(OSError, HTTPException, AssertionError):
        if json.loads(kiosk.ask("GET", "/health")[1])["ok"]:
            return kiosk.press()
    return None
