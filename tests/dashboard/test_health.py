"""Health in JSON, in Prometheus' words and in plain ones."""

import sqlite3
from contextlib import closing

from device.errors import StoreFull
from device.store import DATABASE_FILE


def test_a_kiosk_in_order(kiosk):
    kiosk.runs()
    response = kiosk.browser().get("/health")
    assert response.status_code == 200
    health = response.json
    assert health["ok"] is True
    assert health["model"]["name"] == "mobilenet"
    assert health["camera"]["ok"] is True
    assert health["simulated"] is True
    assert health["processes"]["device"] == {"alive": True}
    assert health["outbox"]["enrolled"] is False
    assert health["disk"]["free_bytes"] > 0
    assert health["clock"] == {"trusted": True}


def test_without_a_device_process_it_is_not_in_order(kiosk):
    response = kiosk.browser().get("/health")
    assert response.status_code == 503
    assert response.json["ok"] is False
    assert "switch the kiosk off and on" in response.json["faults"][0]


def test_a_device_process_that_is_not_ready_is_not_in_order(kiosk):
    kiosk.runs(ready=False, faults=["the camera's cable is loose"])
    response = kiosk.browser().get("/health")
    assert response.status_code == 503
    assert response.json["faults"] == ["the camera's cable is loose"]


def test_health_holds_nothing_private(kiosk, photo):
    kiosk.runs()
    kiosk.has_case(photo, subject="S-1")
    kiosk.phone()
    text = kiosk.browser().get("/health").text
    assert "S-1" not in text
    assert str(kiosk.settings.home) not in text


def test_metrics_are_prometheus_text(kiosk, staff, photo):
    kiosk.runs()
    kiosk.has_case(photo)
    response = staff.get("/metrics")
    assert response.content_type == "text/plain; version=0.0.4"
    lines = response.text.splitlines()
    assert "skin_kiosk_ok 1" in lines
    assert "skin_kiosk_cases 1" in lines
    assert 'skin_kiosk_process_alive{process="sync"} 0' in lines
    assert "# TYPE skin_kiosk_disk_free_bytes gauge" in lines


def test_the_status_page_says_what_to_do(kiosk, staff):
    kiosk.runs(
        ready=False,
        faults=["the camera does not answer"],
        camera={"driver": "picamera2", "ok": False, "words": "the camera does not answer"},
        clock={"trusted": False},
    )
    page = staff.get("/status").text
    assert "The kiosk cannot take photos now" in page
    assert "Check the cable between camera and kiosk" in page
    assert "Connect the kiosk to the internet once" in page


def test_the_status_page_of_a_kiosk_in_order(kiosk, staff):
    kiosk.runs()
    page = staff.get("/status").text
    assert "The kiosk is ready" in page
    assert "1.0 GB free" in page


def test_without_a_device_process_the_card_is_judged_all_the_same(kiosk, monkeypatch):
    assert kiosk.browser().get("/health").json["disk"]["ok"] is True

    def full(needed_bytes=0):
        raise StoreFull("the card is full: erase or export cases, then try again")

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    health = kiosk.browser().get("/health").json
    assert health["disk"]["ok"] is False
    assert health["disk"]["free_bytes"] > 0
    assert "the card is full" in health["disk"]["words"]
    assert "the card is full" in health["faults"][0]


def test_a_store_that_another_program_holds_is_not_in_order_and_then_is_again(kiosk, staff):
    kiosk.runs()
    with closing(sqlite3.connect(kiosk.settings.home / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        response = kiosk.browser().get("/health")
        assert response.status_code == 503
        assert response.json["ok"] is False
        assert response.json["faults"] == ["another program holds the database: try again in a moment"]
        assert response.json["store"]["ok"] is False
        assert "another program holds the database" in staff.get("/status").text
    assert kiosk.browser().get("/health").status_code == 200
    assert "The kiosk is ready" in staff.get("/status").text


def test_a_card_that_filled_up_since_the_last_beat_is_not_in_order(kiosk, monkeypatch):
    kiosk.runs()

    def full(needed_bytes=0):
        raise StoreFull("the card is full: erase or export cases, then try again")

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    health = kiosk.browser().get("/health").json
    assert health["ok"] is False
    assert health["disk"]["ok"] is False
    assert health["faults"] == ["the card is full: erase or export cases, then try again"]


def test_a_fault_that_both_processes_see_is_said_once(kiosk, monkeypatch):
    words = "the card is full: erase or export cases, then try again"
    kiosk.runs(ready=False, faults=["the camera does not answer", words])

    def full(needed_bytes=0):
        raise StoreFull(words)

    monkeypatch.setattr(kiosk.store.photos, "require_room", full)
    assert kiosk.browser().get("/health").json["faults"] == [words, "the camera does not answer"]


def test_what_is_wrong_with_the_clock_is_said(kiosk, staff):
    words = "it was set ahead by 365 days while the kiosk ran"
    kiosk.runs(clock={"trusted": True, "words": words})
    assert kiosk.browser().get("/health").json["clock"] == {"trusted": True, "words": words}
    page = staff.get("/status").text
    assert words in page
    assert 'data-part="clock" data-ok="false"' in page
    kiosk.runs(clock={"trusted": True, "words": ""})
    assert 'data-part="clock" data-ok="true"' in staff.get("/status").text
