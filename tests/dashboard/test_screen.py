"""The kiosk's own screen: what it shows of the last press, and that it shows nothing else."""

import re

import numpy as np
import pytest
from qr_reader import read

from dashboard.invitations import INVITATION_SECONDS, Invitations
from dashboard.parts import parts_of
from device.amendment import Draft, Kind
from device.case import Origin, Role
from device.errors import StoreFull

FINDING_SECONDS = 60
ON_THE_LAN = {"Host": "192.168.4.1:8080"}
OPEN = {"/health", "/pair", "/pair/<link>", "/static/<path:filename>"}
FOR_THE_SCREEN = {"/", "/screen", "/screen/photo", "/live.mjpeg", "/api/v1/events"}


@pytest.fixture
def kiosk(make_kiosk, clock):
    """A kiosk that runs and is ready, on a clock moved by hand."""
    built = make_kiosk(clock=clock)
    built.runs()
    built.shows("ready")
    return built


@pytest.fixture
def display(kiosk):
    return kiosk.phone(Role.SCREEN)


def press(kiosk, origin=Origin.BUTTON):
    return kiosk.store.cases.ask(origin).id


def pressed(kiosk, photo, words=None):
    """The id of a press that has its finding."""
    case_id = press(kiosk)
    kiosk.captures(case_id, photo)
    kiosk.classifies(case_id, words)
    return case_id


def scene(display):
    return re.search(r'data-scene="([^"]+)"', display.get("/screen").text)[1]


def links_in(page):
    """The addresses in the codes on a page, read as a phone's camera would."""
    codes = re.findall(r"<svg[^>]*segno.*?</svg>", page, re.DOTALL)
    return [read(drawn(code)) for code in codes]


def drawn(svg):
    """A code of segno's SVG, a pixel a module: each ``m`` moves, each ``h`` draws a run of one row."""
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    pixels = np.full((side, side), 255, np.uint8)
    x, y = 0, 0.0
    for verb, numbers in re.findall(
        r"([Mmh])([-\d. ]+)", re.search(r'class="qrline"[^>]* d="([^"]+)"', svg)[1]
    ):
        given = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", numbers)]
        if verb == "h":
            pixels[int(y), x : x + int(given[0])] = 0
            x += int(given[0])
        else:
            x, y = (int(given[0]), given[1]) if verb == "M" else (x + int(given[0]), y + given[1])
    return pixels


# The scenes


def test_an_idle_kiosk_says_how_to_begin(display):
    page = display.get("/screen").text
    assert scene(display) == "ready"
    assert "Press the button" in page
    assert "10&nbsp;cm from the camera" in page


def test_every_scene_is_marked_as_simulated_and_carries_the_disclaimer(kiosk, display, photo):
    pressed(kiosk, photo)
    page = display.get("/screen").text
    assert 'id="simulated"' in page
    assert "not a diagnosis and cannot replace a doctor" in page


def test_without_a_device_process_the_kiosk_is_off(kiosk, display):
    kiosk.store.processes.gone("device")
    assert scene(display) == "off"


def test_a_fault_is_said_in_the_panels_words(kiosk, display):
    kiosk.shows("fault", {"words": "the camera does not answer: check its cable"})
    assert scene(display) == "fault"
    assert "the camera does not answer: check its cable" in display.get("/screen").text


def test_a_fault_without_words_is_said_in_the_reports(kiosk, display):
    kiosk.runs(faults=["the model is not the right one"])
    kiosk.shows("fault")
    assert "the model is not the right one" in display.get("/screen").text


def test_a_press_walks_from_hold_still_over_thinking_to_its_finding(kiosk, display, photo):
    case_id = press(kiosk)
    assert scene(display) == "still"
    kiosk.captures(case_id, photo)
    assert scene(display) == "thinking"
    kiosk.classifies(case_id)
    assert scene(display) == "finding"


def test_a_countdown_is_shown_with_the_live_picture(kiosk, display):
    press(kiosk)
    kiosk.shows("countdown", {"seconds_left": 3})
    page = display.get("/screen").text
    assert scene(display) == "countdown"
    assert 'id="seconds-left">3<' in page
    assert "/live.mjpeg" in page
    kiosk.shows("taking")
    assert scene(display) == "still"
    assert "/live.mjpeg" not in display.get("/screen").text


def test_a_finding_says_what_it_is_how_urgent_and_what_to_do(kiosk, display, photo):
    pressed(kiosk, photo)
    page = display.get("/screen").text
    assert "Most likely: melanoma (62%)." in page
    assert "Have it looked at soon" in page
    assert "What to do next." in page
    assert "An experimental estimate, not a diagnosis." in page
    assert display.get("/screen/photo").data[:2] == b"\xff\xd8"


def test_red_flags_stand_beside_urgent_findings_alone(kiosk, display, photo, predicted):
    pressed(kiosk, photo, predicted(urgency="soon"))
    assert "It bleeds: have it seen this week." in display.get("/screen").text
    pressed(kiosk, photo, predicted(urgency="self-care"))
    assert "It bleeds" not in display.get("/screen").text


@pytest.mark.parametrize("end", ["retake", "failed"])
def test_a_press_without_a_finding_says_why(kiosk, display, photo, end):
    case_id = press(kiosk)
    kiosk.captures(case_id, photo)
    getattr(kiosk.store.cases, end)(case_id, "Too blurred: hold still.")
    assert scene(display) == "no-finding"
    assert "Too blurred: hold still." in display.get("/screen").text


def test_a_refused_press_is_told_beside_what_is_shown(kiosk, display):
    kiosk.shows("refused", {"words": "the card is full"})
    assert "the card is full" in display.get("/screen").text
    kiosk.shows("refused")
    assert "press again when the light is green" in display.get("/screen").text
    kiosk.shows("ready")
    assert 'id="refusal"' not in display.get("/screen").text


def test_open_pairing_shows_where_to_pair(kiosk, display):
    kiosk.shows("pairing")
    page = display.get("/screen", headers=ON_THE_LAN).text
    assert scene(display) == "pairing"
    assert links_in(page) == ["http://192.168.4.1:8080/pair"]


def test_a_store_that_fails_is_a_fault_and_the_page_goes_on(kiosk, display, monkeypatch):
    def full(_):
        raise StoreFull("no room")

    monkeypatch.setattr(kiosk.store.cases, "pressed_within", full)
    assert display.get("/screen").status_code == 200
    assert scene(display) == "fault"


def test_without_scripts_the_page_asks_again_by_itself(display):
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in display.get("/screen").text


# What is not shown


def test_photos_of_phones_are_never_shown(kiosk, display, photo):
    kiosk.has_case(photo)
    assert scene(display) == "ready"
    assert display.get("/screen/photo").status_code == 404


def test_a_phones_own_photo_does_not_push_a_press_off_the_screen(kiosk, display, photo):
    pressed(kiosk, photo)
    kiosk.has_case(photo)
    assert scene(display) == "finding"


def test_after_a_while_the_screen_is_ready_again(kiosk, display, photo, clock):
    pressed(kiosk, photo)
    clock.let_pass(FINDING_SECONDS - 1)
    kiosk.runs()
    assert scene(display) == "finding"
    clock.let_pass(1)
    assert scene(display) == "ready"
    assert display.get("/screen/photo").status_code == 404


def test_how_long_is_what_staff_set_on_the_pages(kiosk, display, photo, clock):
    kiosk.phone().ask("PUT", "/api/v1/settings", json={"screen.finding_seconds": 10})
    pressed(kiosk, photo)
    clock.let_pass(9)
    assert scene(display) == "finding"
    clock.let_pass(1)
    assert scene(display) == "ready"


def test_an_erased_case_vanishes_at_once(kiosk, display, photo):
    case_id = pressed(kiosk, photo)
    display.get("/screen")
    kiosk.store.erase(case_id)
    assert scene(display) == "ready"
    assert display.get("/screen/photo").status_code == 404


def test_erasing_the_last_press_does_not_bring_the_one_before_it_back(kiosk, display, photo):
    pressed(kiosk, photo)
    case_id = pressed(kiosk, photo)
    display.get("/screen")
    kiosk.store.erase(case_id)
    assert scene(display) == "ready"


def test_no_id_and_no_subject_stands_on_the_screen(kiosk, display, photo):
    case_id = pressed(kiosk, photo)
    content = dict.fromkeys(("lesion", "body_site", "age_band", "sex")) | {"subject": "S-17"}
    kiosk.store.amendments.write(case_id, Draft("draft-1", Kind.DETAILS, content, "Anna"))
    page = display.get("/screen").text
    assert "S-17" not in page
    assert case_id not in page


def test_a_finding_is_judged_again_in_sight(kiosk, display, photo):
    case_id = pressed(kiosk, photo)
    kiosk.store.cases.classify_again(case_id)
    assert scene(display) == "thinking"


# Who may see it, and what the screen may see


def test_staff_may_look_and_a_subjects_phone_may_not(kiosk):
    assert kiosk.phone().get("/screen").status_code == 200
    assert kiosk.phone(Role.SUBJECT, "S-1").get("/screen").status_code == 403


def test_a_screen_is_led_to_its_page(kiosk):
    browser = kiosk.browser()
    response = browser.get("/pair/" + kiosk.store.phones.add(Role.SCREEN).link, follow_redirects=True)
    assert response.request.path == "/screen"
    assert browser.get("/").headers["Location"] == "/screen"


def test_a_screen_is_refused_everywhere_else(kiosk, display, photo):
    case_id = pressed(kiosk, photo)
    for rule in kiosk.app.url_map.iter_rules():
        path = re.sub(r"<[^>]*number>", "0", re.sub(r"<case_id>", case_id, rule.rule))
        path = re.sub(r"<[^>]+>", "x", path)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            if rule.rule in OPEN | FOR_THE_SCREEN:
                continue
            response = display.ask(method, path)
            assert response.status_code == 403, f"{method} {rule} answered {response.status}"
            kind = response.content_type.partition(";")[0]
            assert kind == (
                "application/problem+json"
                if path.startswith(("/api/", "/metrics", "/live."))
                else "text/html"
            )


def test_a_screen_hears_that_something_changed_and_nothing_of_any_case(kiosk, display, photo):
    events = display.follow()
    assert events.next("state")[2] == {"pattern": "ready"}
    kiosk.shows("countdown", {"seconds_left": 2, "words": "private"}, yellow=True)
    assert events.next("state", "screen")[2] == {"pattern": "countdown", "seconds_left": 2}
    case_id = pressed(kiosk, photo)
    told = [events.next("case", "screen", "erased") for _ in range(3)]
    kiosk.store.erase(case_id)
    told.append(events.next("case", "screen", "erased"))
    assert {(name, str(content)) for name, _, content in told} == {("screen", "{}")}


def test_a_screen_hears_nothing_of_a_phones_own_photo(kiosk, display, photo):
    events = display.follow()
    kiosk.has_case(photo)
    case_id = press(kiosk)
    assert events.next("case", "screen")[1] == kiosk.store.changes.last()
    assert kiosk.store.cases.get(case_id).number == 2


# Taking the case along


def test_the_code_pairs_one_phone_which_sees_this_case_alone(kiosk, display, photo):
    other, shown = pressed(kiosk, photo), pressed(kiosk, photo)
    (link,) = links_in(display.get("/screen", headers=ON_THE_LAN).text)
    assert link.startswith("http://192.168.4.1:8080/pair/")
    phone = kiosk.browser()
    path = link.removeprefix("http://192.168.4.1:8080")
    assert phone.get(path, follow_redirects=True).status_code == 200
    assert [case["id"] for case in phone.get("/api/v1/cases").json["cases"]] == [shown]
    assert phone.get(f"/api/v1/cases/{other}").status_code == 404
    assert kiosk.browser().get(path).status_code == 404, "it works once"


def test_the_code_is_made_once_and_says_so_once_it_was_used(kiosk, display, photo):
    pressed(kiosk, photo)
    codes = {tuple(links_in(display.get("/screen", headers=ON_THE_LAN).text)) for _ in range(3)}
    ((link,),) = codes
    kiosk.store.phones.redeem(link.rpartition("/")[2])
    for _ in range(2):
        page = display.get("/screen", headers=ON_THE_LAN).text
        assert "On your phone now" in page
        assert links_in(page) == []
    assert sum(phone.role is Role.SUBJECT for phone in kiosk.store.phones.all()) == 1


def test_a_staff_phone_that_scans_the_code_sees_the_case_and_stays_staff(kiosk, display, photo):
    case_id = pressed(kiosk, photo)
    (link,) = links_in(display.get("/screen", headers=ON_THE_LAN).text)
    staff = kiosk.paired_browser()
    response = staff.get(link.removeprefix("http://192.168.4.1:8080"))
    assert response.headers["Location"] == f"/cases/{case_id}"
    assert staff.get("/phones").status_code == 200


def test_a_kiosk_that_phones_cannot_reach_says_so_and_makes_no_link(kiosk, display, photo):
    pressed(kiosk, photo)
    page = display.get("/screen").text
    assert "Phones cannot reach this kiosk" in page
    assert links_in(page) == []
    assert len(kiosk.store.phones.all()) == 1


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "0.0.0.0:8080"])
def test_a_browser_on_the_kiosk_itself_shows_an_address_that_phones_can_open(make_kiosk, photo, host):
    kiosk = make_kiosk(web={"host": "0.0.0.0"})
    kiosk.runs()
    kiosk.shows("ready")
    pressed(kiosk, photo)
    (link,) = links_in(kiosk.phone(Role.SCREEN).get("/screen", headers={"Host": host}).text)
    name = link.removeprefix("http://").partition(":")[0]
    assert name not in ("localhost", "127.0.0.1", "0.0.0.0", "[")


def test_a_full_card_shows_the_finding_without_a_code(kiosk, display, photo, monkeypatch):
    def full(*_):
        raise StoreFull("no room")

    pressed(kiosk, photo)
    monkeypatch.setattr(kiosk.store.phones, "invite", full)
    page = display.get("/screen", headers=ON_THE_LAN).text
    assert "Most likely: melanoma" in page
    assert "no code to scan just now" in page
    assert links_in(page) == []


def test_only_a_few_links_are_remembered(kiosk):
    invitations = Invitations(kiosk.store.phones)
    first = invitations.link_to("case-0")
    assert invitations.link_to("case-0") == first
    for number in range(1, 20):
        invitations.link_to(f"case-{number}")
    assert invitations.link_to("case-0") != first


def test_a_link_outlasts_the_longest_finding(kiosk, clock):
    link = parts_of(kiosk.app).invitations.link_to("case")
    clock.let_pass(INVITATION_SECONDS - 1)
    assert kiosk.store.phones.holds_link(link)
    clock.let_pass(1)
    assert not kiosk.store.phones.holds_link(link)


# The page of phones


def test_staff_add_a_screen_by_its_link(kiosk):
    staff = kiosk.phone()
    page = staff.post("/phones", data={"role": "screen", "subject": "left over"}).text
    assert "kiosk&#39;s own screen" in page or "kiosk's own screen" in page
    assert kiosk.store.phones.all()[-1].role is Role.SCREEN
    listed = staff.get("/phones").text
    assert "own screen: shows the last press" in listed
    assert 'value="screen"' in listed


def test_a_long_countdown_is_not_over_before_its_photo(kiosk, display, clock):
    kiosk.store.settings.put({"screen.finding_seconds": 5}, "a test")
    kiosk.store.cases.ask(Origin.BUTTON)
    kiosk.shows("countdown", {"seconds_left": 2})
    clock.let_pass(8)
    kiosk.runs()
    assert 'data-scene="countdown"' in display.get("/screen").text
