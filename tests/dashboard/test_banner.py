"""What needs care stands on every page of the staff's, and goes when it is mended."""

import os
import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from device.case import Role
from device.errors import StoreFull, StoreLocked
from device.store import DATABASE_FILE

PAGES = ("/", "/cases", "/new", "/phones", "/status", "/twin", "/no/such/page")
WORDS = "the camera's cable is loose: check it"


def banner(page):
    """The banner's words; empty where it is hidden, None where there is none."""
    found = re.search(r'<p class="fault" id="fault" role="alert"( hidden)?>([^<]*)</p>', page.text)
    if found is None:
        return None
    assert bool(found[1]) == (not found[2])
    return found[2].replace("&#39;", "'")


def test_without_a_fault_there_is_nothing_to_see(kiosk, staff):
    kiosk.runs()
    kiosk.shows("ready", green=True)
    assert [banner(staff.get(path)) for path in PAGES] == [""] * len(PAGES)


def test_the_panels_words_are_on_every_page_until_they_hold_no_more(kiosk, staff):
    kiosk.runs()
    kiosk.shows("fault", {"words": WORDS}, red=True)
    assert [banner(staff.get(path)) for path in PAGES] == [WORDS] * len(PAGES)
    kiosk.shows("ready", green=True)
    assert banner(staff.get("/")) == ""


def test_a_subjects_phone_is_not_troubled(kiosk):
    kiosk.runs()
    kiosk.shows("fault", {"words": WORDS}, red=True)
    assert banner(kiosk.phone(Role.SUBJECT, "S-1").get("/")) is None


def test_a_stranger_learns_nothing(kiosk):
    kiosk.runs()
    kiosk.shows("fault", {"words": WORDS}, red=True)
    assert WORDS not in kiosk.browser().get("/pair").text


def test_a_full_card_is_said_whether_or_not_the_device_process_runs(kiosk, staff, monkeypatch):
    def full(needed_bytes=0):
        raise StoreFull("the card is full")

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    assert banner(staff.get("/")) == "the card is full"
    kiosk.runs()
    kiosk.shows("ready", green=True)
    assert banner(staff.get("/")) == "the card is full"


def test_a_store_that_cannot_be_read_is_said(kiosk, staff, monkeypatch):
    def locked(*_):
        raise StoreLocked("another program holds the database")

    monkeypatch.setattr(kiosk.store.processes, "get", locked)
    assert banner(staff.get("/cases")) == "another program holds the database"


@pytest.fixture
def silent(kiosk, monkeypatch):
    """The device process is there and has not been heard for long."""
    kiosk.runs()
    kiosk.shows("fault", {"words": "another program holds the database"}, red=True)
    get = kiosk.store.processes.get

    def long_ago(name):
        health = get(name)
        return replace(health, alive=False) if health else None

    monkeypatch.setattr(kiosk.store.processes, "get", long_ago)


def test_a_process_that_is_silent_for_want_of_the_store_still_counts(kiosk, staff, silent):
    with closing(sqlite3.connect(kiosk.settings.home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert banner(staff.get("/")) == "another program holds the database"
        refused = staff.press()
        assert refused.status_code == 503
        assert "another program holds the database" in refused.json["detail"]
        assert kiosk.browser().get("/health").json["faults"] == [
            "another program holds the database: try again in a moment"
        ]


def test_a_process_that_is_silent_for_no_reason_does_not(kiosk, staff, silent):
    assert banner(staff.get("/")) == ""
    assert "Not running" in staff.get("/").text
    assert "is being started again" in staff.press().json["detail"]


def test_neither_does_one_that_is_gone(kiosk, staff, silent, monkeypatch):
    monkeypatch.setattr(os, "getpid", lambda: 2**22 + 1)
    kiosk.runs()
    with closing(sqlite3.connect(kiosk.settings.home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "is being started again" in staff.press().json["detail"]
