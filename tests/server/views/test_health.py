"""What the server says of itself, to anybody and to its own machine."""

import pytest
import sqlalchemy as sa
from server_queue import Line


@pytest.fixture
def line(parts, kiosk):
    return Line(parts, kiosk)


@pytest.fixture
def client(app):
    return app.test_client()


def test_without_a_worker_cases_are_taken_in_but_all_is_not_well(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {
        "ok": False,
        "database": True,
        "workers": 0,
        "model": None,
        "queue": {"waiting": 0, "working": 0, "parked": 0, "oldest_seconds": 0.0},
    }


def test_with_a_worker_it_names_the_model(client, parts):
    parts.workers.here("one", "scripted 1")
    answer = client.get("/health").json
    assert (answer["ok"], answer["workers"], answer["model"]) == (True, 1, "scripted 1")


def test_it_says_how_much_waits_and_for_how_long(client, line, clock):
    line.case()
    line.case()
    line.claimed()
    clock.pass_(seconds=30)
    depth = {"waiting": 1, "working": 1, "parked": 0, "oldest_seconds": 30.0}
    assert client.get("/health").json["queue"] == depth


def test_a_database_that_does_not_answer_is_said(client, parts, monkeypatch):
    def fail():
        raise sa.exc.OperationalError("", {}, OSError())

    monkeypatch.setattr(parts.workers, "alive", fail)
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "database": False})


def test_metrics_count_and_name_no_case(client, line, parts, clock, kiosk):
    cases = [line.case(subject="A-17"), line.case()]
    line.queue.failed(line.claimed(), "no photo", for_good=True)
    clock.pass_(seconds=90)
    parts.workers.here("one", "scripted 1")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'kiosk_server_jobs{state="waiting"} 1\n' in text
    assert 'kiosk_server_jobs{state="parked"} 1\n' in text
    assert "kiosk_server_oldest_job_seconds 90.0\n" in text
    assert "kiosk_server_workers 1\n" in text
    assert not any(word in text for word in (*cases, "A-17", "no photo"))


def test_metrics_tell_how_long_ago_each_kiosk_called(client, kiosk, parts, clock):
    kiosk.call("GET", "/v1/updates")
    clock.pass_(seconds=45)
    text = client.get("/metrics").get_data(as_text=True)
    assert f'kiosk_server_kiosk_last_seen_seconds{{kiosk="{kiosk.id}"}} 45.0\n' in text
    parts.kiosks.revoke("bar")
    assert kiosk.id not in client.get("/metrics").get_data(as_text=True)


@pytest.mark.parametrize(
    "caller",
    [
        {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
    ],
)
def test_metrics_are_for_the_servers_own_machine(client, caller):
    assert client.get("/metrics", **caller).status_code == 403
