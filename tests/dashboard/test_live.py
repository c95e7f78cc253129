"""The live picture and its running prediction, and the twin's button."""

import os
import time

import pytest


def test_the_film_is_a_part_for_each_picture(kiosk, staff, filming, photo):
    response = staff.get("/live.mjpeg", buffered=False)
    assert response.content_type == "multipart/x-mixed-replace; boundary=picture"
    chunks = response.iter_encoded()
    assert next(chunks) == b"--picture\r\n"
    parts = [next(chunks) for _ in range(3)]
    response.close()
    for part in parts:
        head, jpeg = part.split(b"\r\n\r\n", 1)
        assert head.startswith(b"Content-Type: image/jpeg\r\nContent-Length: ")
        assert jpeg.startswith(photo)
        assert part.endswith(b"\r\n--picture\r\n")
    assert len(set(parts)) == 3


def test_one_picture_and_its_prediction(staff, filming, photo):
    response = staff.get("/live.jpg")
    assert response.content_type == "image/jpeg"
    assert response.data.startswith(photo)
    assert staff.get("/api/v1/live").json["finding"]["text"].startswith("Most likely: melanoma")


def test_without_a_camera_there_is_none(staff):
    started = time.monotonic()
    for path in ("/live.jpg", "/api/v1/live"):
        response = staff.get(path)
        assert response.status_code == 503
        assert response.content_type == "application/problem+json"
    assert time.monotonic() - started < 5


def test_a_picture_from_an_earlier_watch_is_not_shown_as_live(kiosk, staff, photo, predicted):
    kiosk.live.show_picture(photo, predicted())
    for file in kiosk.settings.runtime_folder.glob("live.*"):
        os.utime(file, (1, 1))
    assert staff.get("/live.jpg").status_code == 503


def test_the_running_estimate_is_a_piece_of_the_page(kiosk, staff, photo, predicted):
    assert "Waiting for the live picture" in staff.get("/new/estimate").text
    kiosk.live.show_picture(photo, predicted())
    page = staff.get("/new/estimate").text
    assert "Most likely: melanoma" in page
    assert "<html" not in page


class TestTwin:
    """The simulated kiosk's button and lights on a page."""

    def test_shows_the_lights(self, kiosk, staff):
        kiosk.runs()
        kiosk.shows("ready", green=True)
        page = staff.get("/twin").text
        assert 'data-light="green" data-lit="true"' in page
        assert 'data-light="red" data-lit="false"' in page

    @pytest.mark.parametrize("seconds", ["0.15", "2.2", "6.2"])
    def test_presses_the_pin(self, kiosk, staff, seconds):
        assert f'data-hold="{seconds}"' in staff.get("/twin").text
        assert staff.post("/twin/press", data={"seconds": seconds}).status_code == 303
        (press,) = kiosk.store.pin_presses.waiting()
        assert press.hold_seconds == float(seconds)

    def test_presses_no_other_way(self, kiosk, staff):
        assert staff.post("/twin/press", data={"seconds": "1e9"}).status_code == 422
        assert staff.post("/twin/press").status_code == 422
        assert not kiosk.store.pin_presses.waiting()

    def test_a_real_kiosk_has_none(self, real_kiosk):
        staff = real_kiosk.phone()
        assert staff.get("/twin").status_code == 404
        assert staff.post("/twin/press", data={"seconds": "0.15"}).status_code == 404
        assert "/twin" not in staff.get("/").text
