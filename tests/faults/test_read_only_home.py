"""A home that cannot be written any more: presses are refused with the reason, pages stay, and it passes."""

from running_kiosk import running_kiosk, wait_until

WORDS = "the kiosk's home cannot be written: check the card"


def test_a_home_that_turns_read_only_is_said_until_it_can_be_written(tmp_path, pages, read_only):
    home = tmp_path / "home"
    with running_kiosk(home) as kiosk:
        page = pages(kiosk)
        case_id = kiosk.press()
        before = kiosk.wait_until_at_rest(case_id)
        with read_only(home):
            page.say(WORDS)
            assert WORDS in page.refusal()
            assert WORDS in page.banner("/cases")
            assert WORDS in page.doctor()["free disk"][1]
            assert kiosk.json(f"/api/v1/cases/{case_id}") == before
            assert kiosk.ask("GET", f"/api/v1/cases/{case_id}/photos/0")[0] == 200
        page.say_nothing()
        after = wait_until(lambda: kiosk.wait_for(kiosk.press()), 20, "no press is taken")
        assert after["state"] in ("classified", "retake")
        assert kiosk.json(f"/api/v1/cases/{case_id}") == before
        assert kiosk.process.poll() is None
