"""Faults that happen to a card, and what a running kiosk says of them."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from running_kiosk import EventStream, RunningKiosk, wait_until

CARD_MEGABYTES = 24
SOON_SECONDS = 8.0


class Pages:
    """What the pages, the API and the doctor say."""

    def __init__(self, kiosk: RunningKiosk) -> None:
        self._kiosk = kiosk

    def banner(self, path: str = "/") -> str:
        """What stands on top of a page; empty where nothing does."""
        status, page = self._kiosk.ask("GET", path)
        assert status == 200
        found = re.search(r'id="fault" role="alert"(?: hidden)?>([^<]*)<', page.decode())
        assert found
        return unescape(found[1])

    def status(self) -> str:
        """The status page."""
        return unescape(self._kiosk.ask("GET", "/status")[1].decode())

    def health(self) -> tuple[int, dict[str, Any]]:
        """Status and answer."""
        status, answer = self._kiosk.ask("GET", "/health")
        return status, json.loads(answer)

    def refusal(self) -> str:
        """The words with which a press is refused."""
        status, answer = self._kiosk.ask("POST", "/api/v1/presses")
        assert status == 503, answer
        return str(json.loads(answer)["detail"])

    def doctor(self) -> dict[str, tuple[bool, str]]:
        """Each check: whether all is well, and the words. It always finds something here."""
        said = self._kiosk.command("doctor", "--json")
        assert said.returncode == 1, said.stderr
        return {check["name"]: (check["ok"], check["words"]) for check in json.loads(said.stdout)["checks"]}

    def say(self, words: str) -> None:
        """Soon banner, status page and health say this."""
        wait_until(lambda: words in self.banner(), SOON_SECONDS, f"no page says: {words}")
        status, health = self.health()
        assert (status, health["ok"]) == (503, False)
        assert any(words in fault for fault in health["faults"]), health
        assert words in self.status()

    def say_nothing(self) -> None:
        """Soon all is well again."""
        wait_until(lambda: not self.banner(), SOON_SECONDS, "the words stay")
        wait_until(lambda: self.health()[0] == 200, SOON_SECONDS, "the kiosk does not get well")
        assert self.health()[1]["faults"] == []
        assert "The kiosk is ready" in self.status()


class OpenPage(EventStream):
    """A page that stays open, and is told what the panel says."""

    def words(self) -> str:
        """The panel's words as this page was last told."""
        states = [content for name, content in self.events if name == "state"]
        return states[-1]["words"] or "" if states else ""


@pytest.fixture(scope="session")
def open_page() -> type[OpenPage]:
    return OpenPage


@pytest.fixture(scope="session")
def pages() -> type[Pages]:
    return Pages


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A small card of its own."""
    folder = tmp_path / "card"
    folder.mkdir()
    if not _mounts("-t", "tmpfs", "-o", f"size={CARD_MEGABYTES}m", "tmpfs", str(folder)):
        pytest.skip("a small card of its own cannot be mounted here: this needs root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def read_only() -> Callable[[Path], AbstractContextManager[None]]:
    """Makes a folder one that cannot be written, for a while: root by a mount, others by its mode."""
    return _mounted_read_only if os.geteuid() == 0 else _without_write_permission


@contextmanager
def _mounted_read_only(folder: Path) -> Iterator[None]:
    if not _mounts("--bind", str(folder), str(folder)):
        pytest.skip("nothing can be mounted here")
    try:
        assert _mounts("-o", "remount,bind,ro", str(folder))
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _without_write_permission(folder: Path) -> Iterator[None]:
    subprocess.run(["chmod", "-R", "a-w", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)


def _mounts(*how: str) -> bool:
    try:
        return subprocess.run(["mount", *how], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
