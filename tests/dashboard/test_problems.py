"""Errors: problem+json for programs, plain words for people, nothing private in either."""

import logging

import pytest

from device.errors import CameraTimeout, DeviceAbsent, StoreDamaged, StoreLocked
from models.errors import NotAPhoto, PhotoCutShort, PhotoTooLarge, PhotoUnsupported


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (DeviceAbsent, 503),
        (StoreLocked, 503),
        (StoreDamaged, 503),
        (CameraTimeout, 422),
        (PhotoTooLarge, 413),
        (NotAPhoto, 415),
        (PhotoUnsupported, 415),
        (PhotoCutShort, 422),
    ],
)
def test_every_error_of_ours_is_told_with_its_words(kiosk, staff, monkeypatch, error, status):
    def fail(*_, **__):
        raise error("what happened: what to do")

    monkeypatch.setattr(kiosk.store.cases, "newest_first", fail)
    response = staff.get("/api/v1/cases")
    assert response.content_type == "application/problem+json"
    assert response.status_code == response.json["status"] == status
    assert response.json["detail"] == "what happened: what to do"
    assert response.json["title"]
    page = staff.get("/cases")
    assert page.status_code == status
    assert page.content_type.startswith("text/html")
    assert "what happened: what to do" in page.text


def test_a_mistake_of_ours_gives_nothing_away(kiosk, staff, monkeypatch, caplog):
    def fail(*_, **__):
        raise RuntimeError("subject S-1 with token abc")

    monkeypatch.setattr(kiosk.store.cases, "newest_first", fail)
    with caplog.at_level(logging.ERROR):
        for path in ("/api/v1/cases", "/cases"):
            response = staff.get(path)
            assert response.status_code == 500
            assert "S-1" not in response.text
    assert "RuntimeError" in caplog.text
    assert "test_problems.py" in caplog.text
    assert "S-1" not in caplog.text
    assert "abc" not in caplog.text


def test_an_address_that_is_none(staff):
    page = staff.get("/no/such/page")
    assert page.status_code == 404
    assert "There is nothing at this address." in page.text
    assert staff.get("/api/v1/no").json["status"] == 404


def test_a_method_that_an_address_does_not_take(staff):
    response = staff.ask("PUT", "/api/v1/cases")
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert response.json["title"] == "Method Not Allowed"


def test_a_store_that_fails_altogether_still_answers_in_words(kiosk, staff, monkeypatch):
    def fail(*_, **__):
        raise StoreLocked("another program holds the database: try again in a moment")

    for part, verb in (
        (kiosk.store.cases, "newest_first"),
        (kiosk.store.changes, "last"),
        (kiosk.store.processes, "get"),
    ):
        monkeypatch.setattr(part, verb, fail)
    page = staff.get("/")
    assert page.status_code == 503
    assert "another program holds the database" in page.text
    health = staff.get("/health")
    assert health.status_code == 503
    assert health.json["faults"] == ["another program holds the database: try again in a moment"]
    assert staff.get("/status").status_code == 200


def test_pages_say_plainly_what_programs_get_in_the_words_of_http(staff):
    assert "<h1>Nothing here</h1>" in staff.get("/no/such/page").text
    assert "<h1>That did not work</h1>" in staff.get("/cases?before=x").text
    assert staff.get("/api/v1/no").json["title"] == "Not Found"


class TestDamagedPhoto:
    """A photo that was deleted or changed by hand is said wherever it would be seen."""

    @pytest.fixture
    def address(self, kiosk, photo):
        case_id = kiosk.has_case(photo)
        (path,) = (kiosk.store.photos.folder / p.file for p in kiosk.store.cases.get(case_id).photos)
        path.write_bytes(path.read_bytes()[:100])
        return f"/api/v1/cases/{case_id}/photos/0"

    @pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
    def test_programs_get_the_words(self, staff, address, accept):
        response = staff.get(address, headers={"Accept": accept} if accept else {})
        assert response.status_code == 503
        assert response.content_type == "application/problem+json"
        assert "not what was written" in response.json["detail"]

    @pytest.mark.parametrize(
        "accept",
        [
            "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
            "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
            "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,"
            "image/svg+xml,image/*;q=0.8,*/*;q=0.5",
        ],
        ids=["chromium", "firefox", "safari"],
    )
    def test_pages_show_the_words_in_its_place(self, staff, address, accept):
        response = staff.get(address, headers={"Accept": accept})
        assert response.status_code == 503
        assert response.content_type.startswith("image/svg+xml")
        assert "gone" in response.text
        assert response.headers["Cache-Control"] == "no-store"

    def test_the_case_the_list_and_the_api_go_on(self, staff, address):
        case_id = address.split("/")[4]
        for path in ("/", "/cases", f"/cases/{case_id}", f"/api/v1/cases/{case_id}", "/api/v1/cases"):
            assert staff.get(path).status_code == 200
