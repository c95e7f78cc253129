"""A running kiosk and real Chromium at phone width."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from phone_in_hand import PhoneInHand, link_of
from playwright.sync_api import Browser, sync_playwright
from running_kiosk import RunningKiosk, running_kiosk

CHROMIUM = shutil.which("chromium")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


@pytest.fixture(scope="session")
def kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningKiosk]:
    """One kiosk for all journeys that leave it running."""
    with running_kiosk(tmp_path_factory.mktemp("journey") / "home") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt install chromium")
    if subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, check=False
    ).returncode:
        pytest.skip("Playwright does not start on this machine: apt install libatomic1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def new_link(kiosk: RunningKiosk) -> str:
    """A fresh one-time link for a staff phone."""
    return link_of(kiosk)


@pytest.fixture
def phone(browser: Browser, kiosk: RunningKiosk, new_link: str) -> Iterator[PhoneInHand]:
    """A staff phone on the newest page."""
    held = PhoneInHand(browser, kiosk).pair(new_link)
    yield held
    assert held.complaints == []
    held.put_away()


@pytest.fixture
def plain_phone(browser: Browser, kiosk: RunningKiosk, new_link: str) -> Iterator[PhoneInHand]:
    """A staff phone whose browser runs no scripts."""
    held = PhoneInHand(browser, kiosk, scripts=False).pair(new_link)
    yield held
    held.put_away()


@pytest.fixture
def stranger(browser: Browser, kiosk: RunningKiosk) -> Iterator[PhoneInHand]:
    """A phone that is not paired."""
    held = PhoneInHand(browser, kiosk)
    yield held
    held.put_away()


@pytest.fixture
def sample() -> Path:
    from device.camera.folder import SAMPLES

    return SAMPLES / "03.jpg"
