"""``kiosk config`` and ``kiosk classify`` with what staff set on the pages."""

import errno
import re
from pathlib import Path

import pytest

from device.camera.folder import SAMPLES
from device.cli import build
from device.config import load_settings
from device.store import DATABASE_FILE


@pytest.fixture
def set_on_pages(kept):
    """Keeps settings as the pages do."""
    return lambda values, by="Room 2 phone": kept.settings.put(values, by)


def test_a_value_set_on_the_pages_names_who_set_it_and_when(kiosk, set_on_pages):
    set_on_pages({"clinic.name": "Village clinic", "clinic.red_flags": ["It bleeds."]})
    shown = kiosk("config", "show", "--json").json["values"]
    assert shown["clinic.name"]["value"] == "Village clinic"
    assert re.fullmatch(
        r"pages \(by Room 2 phone, \d{4}-\d\d-\d\d \d\d:\d\d UTC\)", shown["clinic.name"]["origin"]
    )
    assert shown["clinic.red_flags"]["value"] == ["It bleeds."]
    assert shown["clinic.language"] == {"value": "en", "origin": "default"}
    assert "pages (by Room 2 phone, " in kiosk("config", "show").out


def test_the_pages_go_over_the_file(kiosk, home, set_on_pages):
    (home / "kiosk.toml").write_text("[storage]\nretention_days = 365\n")
    set_on_pages({"storage.retention_days": None})
    shown = kiosk("config", "show", "--json").json["values"]["storage.retention_days"]
    assert shown["value"] is None
    assert shown["origin"].startswith("pages (by ")


def test_who_set_a_value_cannot_draw_on_the_terminal(kiosk, set_on_pages):
    set_on_pages({"clinic.name": "Village clinic"}, "\x1b[31mred [bold]")
    assert "pages (by ?[31mred [bold], " in kiosk("config", "show").out


@pytest.mark.parametrize("call", [("config", "show"), ("config", "check"), ("classify", SAMPLES / "01.jpg")])
def test_looking_makes_no_store_where_there_is_none(kiosk, home, call):
    assert kiosk(*call).status == 0
    assert not (home / DATABASE_FILE).exists()


def test_a_check_finds_the_value_of_the_pages_that_does_not_hold(kiosk, set_on_pages):
    set_on_pages({"clinic.name": "Village clinic"})
    assert kiosk("config", "check").status == 0
    set_on_pages({"clinic.language": "de"})
    answer = kiosk("config", "check")
    assert answer.status == 2
    assert "pages: clinic.language" in answer.err


def test_a_value_of_the_pages_that_does_not_hold_is_left_aside_and_the_rest_is_shown(kiosk, set_on_pages):
    set_on_pages({"clinic.name": "Village clinic", "clinic.language": "de"})
    shown = kiosk("config", "show", "--json").json["values"]
    assert shown["clinic.language"] == {"value": "en", "origin": "default"}
    assert shown["clinic.name"]["value"] == "Village clinic"


def test_an_estimate_carries_what_the_pages_say(kiosk, set_on_pages):
    set_on_pages({"clinic.red_flags": ["It bleeds."], "clinic.emergency_contact": "Call Anna."})
    finding = kiosk("classify", SAMPLES / "01.jpg", "--json").json["finding"]
    assert (finding["red_flags"], finding["emergency_contact"]) == (["It bleeds."], "Call Anna.")


def test_a_store_that_cannot_be_read_keeps_no_photo_from_its_estimate(kiosk, home, catalogue):
    home.mkdir()
    (home / DATABASE_FILE).write_bytes(b"no database" * 1000)
    answer = kiosk("classify", SAMPLES / "01.jpg", "--json")
    assert answer.status == 0
    assert answer.json["finding"]["red_flags"] == list(catalogue.red_flags)
    assert "set on the pages is left aside" in answer.err
    assert kiosk("config", "show").status == 1


def test_a_home_of_somebody_else_is_said(kiosk, monkeypatch):
    look = Path.stat

    def closed(path, **how):
        if path.name == DATABASE_FILE:
            raise PermissionError(errno.EACCES, "Permission denied")
        return look(path, **how)

    monkeypatch.setattr(Path, "stat", closed)
    answer = kiosk("config", "check")
    assert answer.status == 1
    assert "cannot be read (Permission denied)" in answer.err
    assert kiosk("classify", SAMPLES / "01.jpg").status == 0


def test_the_examiner_asks_for_its_guidance_anew_at_each_finding(home, kept, skin_jpeg):
    found = load_settings(home)
    configs = [found.config, found.with_pages({"clinic.red_flags": ["It bleeds."]}).config]
    examiner = build.examiner(found, lambda: configs.pop(0))
    assert "It bleeds." not in examiner.examine(skin_jpeg).finding.red_flags
    assert examiner.examine(skin_jpeg).finding.red_flags == ("It bleeds.",)
