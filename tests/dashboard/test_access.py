"""Nothing but health, the pairing pages and static files answers without pairing."""

import pytest

from device.case import Role

OPEN = {"/health", "/pair", "/pair/<link>", "/static/<path:filename>"}
FOR_SUBJECTS = {
    ("GET", "/"),
    ("GET", "/cases"),
    ("GET", "/cases/<case_id>"),
    ("GET", "/api/v1/cases"),
    ("GET", "/api/v1/cases/<case_id>"),
    ("GET", "/api/v1/cases/<case_id>/photos/<int:number>"),
    ("GET", "/cases/<case_id>/history"),
    ("GET", "/cases/<case_id>/subject"),
    ("GET", "/compare"),
    ("GET", "/api/v1/cases/<case_id>/history"),
    ("GET", "/api/v1/events"),
    ("GET", "/api/v1/openapi.json"),
}


def routes(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield method, rule.rule


def address(rule, case_id="01900000-0000-7000-8000-000000000000"):
    filled = rule.replace("<case_id>", case_id).replace("<int:number>", "0")
    return filled.replace("<phone_id>", "0").replace("<link>", "x").replace("<path:filename>", "kiosk.css")


def test_only_the_listed_routes_answer_without_pairing(kiosk):
    stranger = kiosk.browser()
    for method, rule in routes(kiosk.app):
        if rule in OPEN:
            continue
        response = stranger.ask(method, address(rule))
        turned_away = response.status_code == 401 or response.headers.get("Location") == "/pair"
        assert turned_away, f"{method} {rule} answered {response.status}"


def test_a_stranger_is_not_told_which_pages_exist(kiosk):
    assert kiosk.browser().get("/no-such-page").headers["Location"] == "/pair"
    assert kiosk.browser().get("/api/v1/no-such-thing").status_code == 401


def test_a_wrong_token_is_no_token(kiosk):
    response = kiosk.browser().get("/api/v1/cases", headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.json["detail"].startswith("this program is not paired")


def test_a_subject_sees_only_what_is_listed(kiosk):
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    for method, rule in routes(kiosk.app):
        if rule in OPEN or (method, rule) in FOR_SUBJECTS:
            continue
        response = subject.ask(method, address(rule))
        assert response.status_code == 403, f"{method} {rule} answered {response.status}"


def test_a_subject_sees_own_cases_and_photos(kiosk, photo):
    own = kiosk.has_case(photo, subject="S-1")
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    assert subject.case(own)["subject"] == "S-1"
    assert subject.get(f"/cases/{own}").status_code == 200
    assert subject.get(f"/api/v1/cases/{own}/photos/0").data[:2] == b"\xff\xd8"


@pytest.mark.parametrize("path", ["/api/v1/cases/{}", "/api/v1/cases/{}/photos/0", "/cases/{}"])
def test_a_subject_who_guesses_an_id_finds_nothing(kiosk, photo, path):
    foreign = kiosk.has_case(photo, subject="S-2")
    nobodys = kiosk.has_case(photo)
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    assert subject.get(path.format(foreign)).status_code == 404
    assert subject.get(path.format(nobodys)).status_code == 404


def test_a_subject_lists_and_meets_only_own_cases(kiosk, photo):
    own = kiosk.has_case(photo, subject="S-1")
    foreign = kiosk.has_case(photo, subject="S-2")
    subject = kiosk.phone(Role.SUBJECT, "S-1")
    assert [case["id"] for case in subject.get("/api/v1/cases").json["cases"]] == [own]
    assert own in subject.get("/").text
    assert foreign not in subject.get("/").text + subject.get("/cases").text


def test_a_phone_for_one_case_sees_that_case(kiosk, photo):
    shown, other = kiosk.has_case(photo), kiosk.has_case(photo)
    guest = kiosk.phone(Role.SUBJECT, case_id=shown)
    assert guest.case(shown)["id"] == shown
    assert guest.get(f"/api/v1/cases/{other}").status_code == 404


def test_revoking_ends_access_at_once(kiosk, staff):
    phone = kiosk.phone()
    phone_id = kiosk.store.phones.all()[-1].id
    assert phone.get("/").status_code == 200
    assert staff.post(f"/phones/{phone_id}/revoke").status_code == 303
    assert phone.get("/").headers["Location"] == "/pair"
    assert phone.get("/api/v1/cases").status_code == 401


def test_pages_carry_the_security_headers(staff):
    headers = staff.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


class TestCrossSite:
    """A page of another site cannot make a paired browser do anything."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
        ],
    )
    def test_is_refused(self, kiosk, photo, headers):
        browser, case_id = kiosk.paired_browser(), kiosk.has_case(photo)
        response = browser.post(f"/cases/{case_id}/erase", headers=headers)
        assert response.status_code == 403
        assert kiosk.store.cases.count() == 1

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}]
    )
    def test_the_own_page_is_not(self, kiosk, photo, headers):
        browser, case_id = kiosk.paired_browser(), kiosk.has_case(photo)
        assert browser.post(f"/cases/{case_id}/erase", headers=headers).status_code == 303
        assert kiosk.store.cases.count() == 0

    def test_nor_a_program_with_a_token(self, kiosk, staff):
        kiosk.runs()
        response = staff.post("/api/v1/presses", headers={"Origin": "http://program.example"})
        assert response.status_code == 202

    def test_is_refused_with_a_password_too(self, kiosk):
        browser = kiosk.paired_browser()
        response = browser.post("/api/v1/presses", auth=("a", "b"), headers={"Origin": "http://evil.example"})
        assert response.status_code == 403

    def test_cannot_pair_in_an_open_window(self, kiosk):
        kiosk.store.phones.open_window()
        response = kiosk.browser().post("/pair", headers={"Origin": "http://evil.example"})
        assert response.status_code == 403
        assert not kiosk.store.phones.all()
