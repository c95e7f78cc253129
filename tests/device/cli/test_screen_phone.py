"""The kiosk's own screen is added like a phone, and sees no case by itself."""

import pytest

from device.case import Role


def test_a_screen_is_added_with_a_link(kiosk, kept):
    added = kiosk("phones", "add", "--role", "screen", "--json")
    assert added.status == 0
    assert kept.phones.by_secret(added.json["token"]).role is Role.SCREEN
    assert "/pair/" in added.json["url"]


def test_in_words_the_link_is_for_the_screen(kiosk):
    assert "open on the kiosk's screen, once" in kiosk("phones", "add", "--role", "screen").out


@pytest.mark.parametrize("narrowed", [["--subject", "S-1"], ["--case", "0195"]], ids=" ".join)
def test_a_screen_names_no_subject_and_no_case(kiosk, kept, narrowed):
    answer = kiosk("phones", "add", "--role", "screen", *narrowed)
    assert answer.status == 2
    assert kept.phones.all() == ()


def test_the_list_says_what_a_screen_sees(kiosk):
    kiosk("phones", "add", "--role", "screen")
    assert "the last press" in kiosk("phones", "list").out
    assert "screen is the display" in " ".join(kiosk("phones", "add", "--help").out.split())
