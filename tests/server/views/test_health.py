"""What the server says of itself to anybody."""

import sqlalchemy as sa


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
