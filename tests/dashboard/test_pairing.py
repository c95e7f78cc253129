"""Pairing: a one-time link, or the window that the button opens."""

import pytest

from dashboard.wrong_links import MOST_A_MINUTE, WrongLinks
from device.case import Role


def new_link(kiosk):
    return kiosk.store.phones.add(Role.STAFF, "new phone").link


def test_a_link_pairs_and_leads_to_the_newest_case(kiosk):
    browser = kiosk.browser()
    response = browser.get(f"/pair/{new_link(kiosk)}")
    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert browser.get("/").status_code == 200


def test_the_cookie_is_for_this_site_and_no_script(kiosk):
    cookie = kiosk.browser().get(f"/pair/{new_link(kiosk)}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_a_link_works_once(kiosk):
    link = new_link(kiosk)
    kiosk.browser().get(f"/pair/{link}")
    late = kiosk.browser()
    response = late.get(f"/pair/{link}")
    assert response.status_code == 404
    assert "used already" in response.text
    assert late.get("/").headers["Location"] == "/pair"


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_browser_that_looks_ahead_does_not_use_the_link(kiosk, headers):
    link = new_link(kiosk)
    assert kiosk.browser().get(f"/pair/{link}", headers=headers).status_code == 503
    assert kiosk.browser().get(f"/pair/{link}").status_code == 303


def test_head_does_not_use_the_link(kiosk):
    link = new_link(kiosk)
    response = kiosk.browser().ask("HEAD", f"/pair/{link}")
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert kiosk.browser().get(f"/pair/{link}").status_code == 303


def test_guessing_links_is_slowed_down(kiosk):
    browser = kiosk.browser()
    for _ in range(MOST_A_MINUTE):
        assert browser.get("/pair/guess").status_code == 404
    refused = browser.get(f"/pair/{new_link(kiosk)}")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"


def test_wrong_tries_are_forgotten_after_a_minute():
    now = [0.0]
    wrong = WrongLinks(lambda: now[0])
    for _ in range(MOST_A_MINUTE):
        wrong.note("10.0.0.9")
    assert wrong.too_many_from("10.0.0.9")
    assert not wrong.too_many_from("10.0.0.8")
    now[0] = 60.0
    assert not wrong.too_many_from("10.0.0.9")


def test_the_window_pairs_while_it_is_open(kiosk):
    browser = kiosk.browser()
    kiosk.store.phones.open_window()
    assert 'id="pair"' in browser.get("/pair").text
    assert browser.post("/pair", data={"name": "Room 2"}).status_code == 303
    assert browser.get("/").status_code == 200
    (phone,) = kiosk.store.phones.all()
    assert (phone.name, phone.role) == ("Room 2", Role.STAFF)


def test_the_closed_window_says_what_to_do(kiosk):
    browser = kiosk.browser()
    page = browser.get("/pair").text
    assert "Hold the kiosk's button for 2 seconds" in page
    assert 'id="pair"' not in page
    assert browser.post("/pair").status_code == 403
    assert not kiosk.store.phones.all()


def test_staff_add_a_phone_by_a_code(kiosk, staff):
    page = staff.post("/phones", data={"role": "subject", "subject": "S-1", "name": "Anna's"})
    assert "<svg" in page.text
    link = page.text.split('id="pairing-link">')[1].split("<")[0]
    assert link.startswith("http://localhost/pair/")
    guest = kiosk.browser()
    assert guest.get(link.removeprefix("http://localhost")).status_code == 303
    assert guest.get("/phones").status_code == 403


def test_the_code_warns_where_the_address_is_for_this_machine_only(staff):
    assert "only this computer can reach" in staff.post("/phones").text
    assert "only this computer" not in staff.post("/phones", headers={"Host": "192.168.4.1:8080"}).text


def test_a_subjects_phone_needs_a_subject(kiosk, staff):
    before = len(kiosk.store.phones.all())
    assert staff.post("/phones", data={"role": "subject"}).status_code == 422
    assert staff.post("/phones", data={"role": "owner"}).status_code == 422
    assert len(kiosk.store.phones.all()) == before


def test_the_list_shows_phones_until_they_are_revoked(kiosk, staff):
    kiosk.store.phones.add(Role.STAFF, "Ward <3>")
    assert "Ward &lt;3&gt;" in staff.get("/phones").text
    staff.post(f"/phones/{kiosk.store.phones.all()[-1].id}/revoke")
    assert "Ward" not in staff.get("/phones").text
    assert staff.post("/phones/none/revoke").status_code == 404


def test_a_name_is_kept_without_what_cannot_be_shown(kiosk, staff):
    kiosk.store.phones.open_window()
    kiosk.browser().post("/pair", data={"name": "Room\x00\u202e 2\n"})
    staff.post("/phones", data={"name": "Ward\x1b"})
    assert [phone.name for phone in kiosk.store.phones.all()][-2:] == ["Room 2", "Ward"]


def test_this_phone_is_marked_and_revoking_asks_first(staff):
    page = staff.get("/phones").text
    assert "this phone</span>" in page
    assert page.index("<summary") < page.index("/revoke") < page.index("Yes, revoke it")


def test_a_phone_that_sees_more_keeps_it_and_leaves_the_link_to_whom_it_is_for(kiosk, photo):
    own, other = kiosk.has_case(photo, subject="S-1"), kiosk.has_case(photo, subject="S-2")
    staff, subject = kiosk.paired_browser(), kiosk.browser()
    subject.get("/pair/" + kiosk.store.phones.add(Role.SUBJECT, "", "S-1").link)
    link = kiosk.store.phones.invite(own, 600)
    for phone in (staff, subject):
        assert phone.get(f"/pair/{link}").headers["Location"] == f"/cases/{own}"
        assert phone.get(f"/cases/{own}").status_code == 200
    strange = kiosk.store.phones.invite(other, 600)
    assert subject.get(f"/pair/{strange}").status_code == 403
    assert subject.get(f"/cases/{own}").status_code == 200
    for unused in (link, strange):
        assert kiosk.browser().get(f"/pair/{unused}").headers["Location"] == "/"


def test_a_staff_phone_does_not_become_a_subjects_by_opening_its_link(kiosk, photo):
    staff = kiosk.paired_browser()
    link = kiosk.store.phones.add(Role.SUBJECT, "", "S-1").link
    assert staff.get(f"/pair/{link}").status_code == 403
    assert staff.get("/phones").status_code == 200
    assert kiosk.browser().get(f"/pair/{link}").status_code == 303
