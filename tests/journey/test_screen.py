"""The kiosk's own screen in real Chromium: it walks by itself, and a phone takes the case along."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
from phone_in_hand import PhoneInHand, link_of
from playwright.sync_api import Browser, Page, expect
from qr_reader import read
from running_kiosk import RunningKiosk, running_kiosk, wait_until

from device.network import reachable_address
from device.store import Store, open_store

SMALL, LARGE = {"width": 800, "height": 480}, {"width": 1920, "height": 1080}
EVERYWHERE = ("--host", "0.0.0.0")


@pytest.fixture(scope="module")
def lan_kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    """One that phones can reach: it listens beyond this machine."""
    with running_kiosk(tmp_path_factory.mktemp("screen") / "home", *EVERYWHERE) as running:
        yield running


@pytest.fixture
def kept(lan_kiosk: RunningKiosk) -> Iterator[Store]:
    store = open_store(lan_kiosk.home)
    yield store
    store.close()


@pytest.fixture
def screen(browser: Browser, lan_kiosk: RunningKiosk) -> Iterator[PhoneInHand]:
    """The display beside the button, paired."""
    held = display(browser, lan_kiosk)
    yield held
    assert held.complaints == []
    held.put_away()


def display(browser: Browser, kiosk: RunningKiosk, scripts: bool = True) -> PhoneInHand:
    held = PhoneInHand(browser, kiosk, scripts)
    held.page.set_viewport_size(SMALL)
    return held.pair(urlsplit(link_of(kiosk, "--role", "screen")).path)


def wait_for(page: Page, scene: str) -> None:
    page.wait_for_selector(f"[data-scene={scene}]")


@contextmanager
def standing_still(kept: Store) -> Iterator[None]:
    """The device process does nothing for a while, so that what passes quickly can be seen."""
    device = kept.processes.get("device")
    assert device
    os.kill(device.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(device.pid, signal.SIGCONT)


def press(kiosk: RunningKiosk, page: Page) -> str:
    """A press whose finding is on the screen; the case's id."""
    case_id = wait_until(lambda: press_if_well(kiosk), 15, "the press was not taken")
    photo = kiosk.wait_for(case_id)["photos"][0]["sha256"]
    page.wait_for_selector(f"[data-scene=finding] img[src$='{photo[:12]}']")
    return case_id


def press_if_well(kiosk: RunningKiosk) -> str | None:
    try:
        return kiosk.press()
    except AssertionError:
        return None


def code_on(page: Page) -> str:
    """The address in the code, from a picture of the screen."""
    picture = np.frombuffer(page.locator("#take-along").screenshot(), np.uint8)
    return read(cv2.imdecode(picture, cv2.IMREAD_GRAYSCALE))


def test_a_press_walks_over_the_screen_by_itself(
    lan_kiosk: RunningKiosk, kept: Store, screen: PhoneInHand
) -> None:
    wait_for(screen.page, "ready")
    with standing_still(kept):
        case_id = lan_kiosk.press()
        wait_for(screen.page, "still")
    wait_for(screen.page, "finding")
    said = lan_kiosk.wait_for(case_id)["prediction"]["finding"]
    assert screen.page.locator("#finding-text").inner_text().split() == said["text"].split()
    assert screen.page.locator(".photo img").evaluate("image => image.naturalWidth") > 100
    with standing_still(kept):
        kept.cases.classify_again(case_id)
        wait_for(screen.page, "thinking")
    wait_for(screen.page, "finding")


def test_an_erased_case_leaves_the_screen(lan_kiosk: RunningKiosk, screen: PhoneInHand) -> None:
    case_id = press(lan_kiosk, screen.page)
    assert lan_kiosk.ask("DELETE", f"/api/v1/cases/{case_id}")[0] == 204
    wait_for(screen.page, "ready")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_a_phone_takes_the_case_along_by_the_code(
    lan_kiosk: RunningKiosk, screen: PhoneInHand, browser: Browser, size: dict[str, int]
) -> None:
    screen.page.set_viewport_size(size)
    case_id = press(lan_kiosk, screen.page)
    link = code_on(screen.page)
    assert link.startswith(reachable_address("0.0.0.0", lan_kiosk.port))
    phone = PhoneInHand(browser, lan_kiosk).pair(urlsplit(link).path)
    phone.wait_for_case(case_id)
    assert phone.finding()
    assert not phone.is_wider_than_screen()
    phone.put_away()
    expect(screen.page.locator("#taken")).to_contain_text("On your phone now")


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_the_whole_scene_fits_the_display(
    lan_kiosk: RunningKiosk, screen: PhoneInHand, size: dict[str, int]
) -> None:
    screen.page.set_viewport_size(size)
    press(lan_kiosk, screen.page)
    assert screen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [size["width"]] * 2
    assert (
        screen.page.evaluate("[document.documentElement.scrollHeight, innerHeight]") == [size["height"]] * 2
    )
    expect(screen.page.locator("#simulated")).to_be_visible()
    expect(screen.page.locator("#disclaimer")).to_be_visible()


def test_without_scripts_the_screen_walks_too(lan_kiosk: RunningKiosk, browser: Browser) -> None:
    held = display(browser, lan_kiosk, scripts=False)
    press(lan_kiosk, held.page)
    held.put_away()


def test_after_its_time_a_finding_leaves_by_itself(tmp_path: Path, browser: Browser) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "kiosk.toml").write_text("[screen]\nfinding_seconds = 5\n", encoding="utf-8")
    with running_kiosk(tmp_path / "home") as kiosk:
        held = display(browser, kiosk)
        press(kiosk, held.page)
        expect(held.page.locator("#unreachable")).to_be_visible()
        wait_for(held.page, "ready")
        held.put_away()
