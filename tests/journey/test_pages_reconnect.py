"""A page that is open while a process of the kiosk is killed: it says so, and comes back by itself."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPException

import pytest
from faults.kiosk_processes import victims
from phone_in_hand import PhoneInHand, link_of
from playwright.sync_api import Browser, expect
from running_kiosk import RunningKiosk, running_kiosk, wait_until

NOTICE_SECONDS = 20.0
BACK_MS = 30_000


@pytest.fixture(scope="module")
def shaken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    """A kiosk whose processes may be killed."""
    with running_kiosk(tmp_path_factory.mktemp("shaken") / "home") as kiosk:
        yield kiosk


@pytest.fixture
def page_of(shaken: RunningKiosk, browser: Browser) -> Iterator[PhoneInHand]:
    """A phone that shows the newest case, and whose page nobody opens again."""
    held = PhoneInHand(browser, shaken).pair(link_of(shaken))
    held.wait_for_case(press_when_well(shaken))
    held.page.evaluate("window.neverOpenedAgain = true")
    yield held
    assert held.page.evaluate("window.neverOpenedAgain"), "the page was loaded anew"
    assert held.complaints == []
    held.put_away()


def test_a_page_says_that_the_dashboard_is_gone_and_shows_what_was_pressed_meanwhile(
    shaken: RunningKiosk, page_of: PhoneInHand
) -> None:
    notice = page_of.page.locator("#offline")
    expect(notice).to_be_hidden()
    kill_until(shaken, "dashboard parent", notice.is_visible)
    expect(notice).to_contain_text("Not connected")
    assert shaken.command("press").returncode == 0
    expect(notice).to_be_hidden(timeout=BACK_MS)
    newest = wait_until(lambda: newest_case(shaken), 15, "the press made no case")
    page_of.wait_for_case(newest)
    shows_the_next_press(shaken, page_of)


def test_a_page_outlives_the_dashboards_worker(shaken: RunningKiosk, page_of: PhoneInHand) -> None:
    kill(shaken, "dashboard worker")
    shows_the_next_press(shaken, page_of)
    expect(page_of.page.locator("#offline")).to_be_hidden()


def test_a_page_says_that_the_camera_program_is_gone_and_that_it_is_back(
    shaken: RunningKiosk, page_of: PhoneInHand
) -> None:
    state = page_of.page.locator("#kiosk-state")
    kill_until(shaken, "device", lambda: state.get_attribute("data-pattern") == "off")
    expect(page_of.page.locator("#kiosk-state[data-pattern=ready]")).to_be_visible(timeout=BACK_MS)
    shows_the_next_press(shaken, page_of)


def shows_the_next_press(kiosk: RunningKiosk, held: PhoneInHand) -> None:
    case_id = press_when_well(kiosk)
    held.wait_for_case(case_id)
    assert held.finding() == kiosk.wait_for(case_id)["prediction"]["finding"]["text"]


def kill(kiosk: RunningKiosk, role: str) -> None:
    """SIGKILL, if such a process lives."""
    for victim in victims(kiosk.process.pid):
        if victim.role == role:
            with suppress(ProcessLookupError):
                os.kill(victim.pid, signal.SIGKILL)


def kill_until(kiosk: RunningKiosk, role: str, is_seen: Callable[[], bool]) -> None:
    """Kill a process, and each that follows it, until its absence is seen: one alone may be
    back before anybody notices.
    """
    until = time.monotonic() + NOTICE_SECONDS
    while not is_seen():
        assert time.monotonic() < until, f"no page says that the {role} is gone"
        kill(kiosk, role)
        time.sleep(0.02)


def newest_case(kiosk: RunningKiosk) -> str | None:
    """The newest case, once the kiosk can be asked."""
    with suppress(OSError, HTTPException):
        return str(kiosk.json("/api/v1/cases?limit=1")["cases"][0]["id"])
    return None


def press_when_well(kiosk: RunningKiosk) -> str:
    """A press, once the kiosk takes one; what a killed process's client meets is no answer."""

    def pressed() -> str | None:
        with suppress(OSError, HTTPException, AssertionError):
            if json.loads(kiosk.ask("GET", "/health")[1])["ok"]:
                return kiosk.press()
        return None

    return wait_until(pressed, 30, "the kiosk did not come back")
