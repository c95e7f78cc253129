"""A press on a phone is the button's press: taken, or refused with the reason."""

import pytest

from device.errors import StoreFull, StoreReadOnly


def test_a_press_waits_for_its_photo(kiosk, staff):
    kiosk.runs()
    response = staff.press(subject="S-1")
    assert response.status_code == 202
    case = staff.case(response.json["id"])
    assert (case["state"], case["origin"], case["subject"]) == ("asked", "phone", "S-1")


def test_a_press_during_a_press_is_refused(kiosk, staff):
    kiosk.runs()
    staff.press()
    response = staff.press()
    assert response.status_code == 409
    assert response.content_type == "application/problem+json"
    assert response.json["status"] == 409
    assert "press again in a moment" in response.json["detail"]


def test_the_next_press_is_taken_once_the_last_is_done(kiosk, staff, photo):
    kiosk.runs()
    case_id = staff.press().json["id"]
    kiosk.captures(case_id, photo)
    kiosk.classifies(case_id)
    assert staff.press().status_code == 202


def test_without_a_device_process_no_press_is_taken(kiosk, staff):
    response = staff.press()
    assert response.status_code == 503
    assert "switch the kiosk off and on" in response.json["detail"]
    assert kiosk.store.cases.count() == 0


def test_a_kiosk_that_is_not_ready_says_why(kiosk, staff):
    kiosk.runs(ready=False, faults=["the camera's cable is loose"])
    response = staff.press()
    assert response.status_code == 503
    assert "the camera's cable is loose" in response.json["detail"]


def test_a_full_card_refuses_with_the_reason_and_pages_go_on(kiosk, staff, photo, monkeypatch):
    kiosk.runs()
    case_id = kiosk.has_case(photo)

    def full(needed_bytes=0):
        raise StoreFull("the card is full: erase or export cases, then try again")

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    for response in (staff.press(), staff.upload(photo)):
        assert response.status_code == 503
        assert "the card is full" in response.json["detail"]
    refused = staff.post("/new/press")
    assert refused.status_code == 503
    assert "the card is full" in refused.text
    assert staff.get(f"/cases/{case_id}").status_code == 200
    assert kiosk.store.cases.count() == 1


def test_a_read_only_home_refuses_with_the_reason_and_pages_go_on(kiosk, staff, monkeypatch):
    kiosk.runs()

    def read_only(*_):
        raise StoreReadOnly("the kiosk's home cannot be written: check the card")

    monkeypatch.setattr(kiosk.store.cases, "ask", read_only)
    assert staff.press().json["detail"] == "the kiosk's home cannot be written: check the card"
    assert staff.get("/").status_code == 200
    assert staff.get("/new").status_code == 200


def test_the_shutter_leads_to_the_new_case(kiosk, staff):
    kiosk.runs()
    response = staff.post("/new/press", data={"body_site": "back", "age_band": ""})
    assert response.status_code == 303
    case = staff.case(response.headers["Location"].removeprefix("/cases/"))
    assert (case["body_site"], case["age_band"]) == ("back", None)


def test_retake_keeps_what_was_said_and_names_the_earlier_case(kiosk, staff, photo):
    kiosk.runs()
    first = kiosk.has_case(photo, subject="S-1", lesion="L2")
    response = staff.post(f"/api/v1/cases/{first}/retake")
    assert response.status_code == 202
    case = staff.case(response.json["id"])
    assert (case["subject"], case["lesion"], case["retake_of"]) == ("S-1", "L2", first)


def test_a_press_may_not_repeat_a_case_that_is_not(kiosk, staff):
    kiosk.runs()
    assert staff.press(retake_of="nonsense").status_code == 404
    assert kiosk.store.cases.count() == 0


def test_a_full_card_is_the_reason_even_where_no_device_process_runs(kiosk, staff, monkeypatch):
    def full(needed_bytes=0):
        raise StoreFull("the card is full: erase or export cases, then try again")

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    assert "the card is full" in staff.press().json["detail"]


def test_a_press_may_say_its_details_in_json(kiosk, staff):
    kiosk.runs()
    response = staff.post("/api/v1/presses", json={"subject": " S-1 ", "sex": "female", "lesion": None})
    assert response.status_code == 202
    case = staff.case(response.json["id"])
    assert (case["subject"], case["sex"], case["lesion"]) == ("S-1", "female", None)


def test_an_empty_body_called_json_says_nothing(kiosk, staff):
    kiosk.runs()
    assert staff.post("/api/v1/presses", content_type="application/json").status_code == 202


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"subject": 7}', 422),
        (b'{"age_band": "40"}', 422),
        (b'{"subject": "a\\u0000"}', 422),
        (b"[]", 422),
        (b"{", 400),
    ],
)
def test_json_that_does_not_hold_is_refused(kiosk, staff, body, status):
    kiosk.runs()
    response = staff.post("/api/v1/presses", data=body, content_type="application/json")
    assert response.status_code == response.json["status"] == status
    assert kiosk.store.cases.count() == 0
