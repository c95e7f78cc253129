"""A card that fills up while the kiosk runs is said everywhere, and no longer than it is full."""

from contextlib import closing, suppress

from running_kiosk import running_kiosk, wait_until

WORDS = "the card is full: erase or export cases"


def test_a_full_card_is_said_until_there_is_room_again(card, pages, open_page):
    home = card / "home"
    home.mkdir()
    (home / "kiosk.toml").write_text("[storage]\nreserve_megabytes = 2\n")
    with running_kiosk(home) as kiosk, closing(open_page(kiosk)) as opened:
        page = pages(kiosk)
        case_id = kiosk.press()
        kiosk.wait_for(case_id)
        with suppress(OSError), (card / "log").open("ab", buffering=0) as log:
            while log.write(bytes(4096)):
                pass
        page.say(WORDS)
        assert WORDS in page.refusal()
        assert WORDS in page.doctor()["free disk"][1]
        wait_until(lambda: WORDS in opened.words(), 5, "open pages are not told")
        assert kiosk.json(f"/api/v1/cases/{case_id}")["state"] == "classified"
        (card / "log").unlink()
        page.say_nothing()
        wait_until(lambda: WORDS not in opened.words(), 5, "open pages are not told that it is over")
        assert kiosk.wait_for(kiosk.press())["state"] in ("classified", "retake")
