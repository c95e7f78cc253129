"""A phone in somebody's hand: real Chromium at phone width, paired with a running kiosk."""

import re
from contextlib import suppress

from playwright.sync_api import Browser, BrowserContext, Error, Page
from running_kiosk import RunningKiosk

SCREEN = {"width": 390, "height": 844}


class PhoneInHand:
    """A paired phone with one page open; errors in its console are faults."""

    def __init__(self, browser: Browser, kiosk: RunningKiosk, scripts: bool = True) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport=SCREEN, java_script_enabled=scripts, base_url=kiosk.base
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def pair(self, link: str) -> "PhoneInHand":
        self.page.goto(link)
        return self

    def put_away(self) -> None:
        """Close the browser of this phone, once its page goes nowhere: Chromium can hang for ever
        where that is closed while it opens the next page.
        """
        while self.page.url != "about:blank":
            with suppress(Error):  # the page was going somewhere itself
                self.page.goto("about:blank")
        self.context.close()

    def finding(self) -> str:
        """The sentence on the page, once there is one."""
        return self.page.locator("article[data-state=classified] #finding-text").inner_text()

    def case(self) -> str:
        return self.page.locator("#case").get_attribute("data-case") or ""

    def wait_for_case(self, case_id: str) -> None:
        """The open page shows this case's finding, by itself."""
        self.page.wait_for_selector(f"#case[data-case='{case_id}'][data-state='classified'] #finding-text")

    def is_wider_than_screen(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def link_of(kiosk: RunningKiosk, *options: str) -> str:
    """What ``kiosk phones add`` prints for a person."""
    said = kiosk.command("phones", "add", *options).stdout
    found = re.search(r"http\S+/pair/\S+", said)
    assert found, said
    return found[0]
