"""What the server says of itself to its own machine."""

import pytest
from server_backings import on_both_databases
from server_queue import a_prediction

from server.opinions import durations
from server.store.tables import photos


@pytest.fixture
def tell(client):
    """The metrics, each by its name without what all have in common, and its labels."""

    def tell():
        lines = client.get("/metrics").get_data(as_text=True).splitlines()
        pairs = (line.removeprefix("kiosk_server_").rsplit(" ", 1) for line in lines if line[0] != "#")
        return {name: float(value) for name, value in pairs}

    return tell


@pytest.fixture
def answered(line, clock):
    """Has a case answered: so long after its record its photo comes, and so long after that its opinion."""

    def answered(photo_seconds, opinion_seconds, inference_milliseconds=None):
        case_id = line.case()
        clock.pass_(seconds=photo_seconds)
        line.photo_comes(case_id)
        clock.pass_(seconds=opinion_seconds)
        told = (
            {} if inference_milliseconds is None else {"milliseconds": {"inference": inference_milliseconds}}
        )
        assert line.answers.keep(line.claimed(), a_prediction() | told)
        return case_id

    return answered


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


@on_both_databases
def test_metrics_tell_how_long_opinions_took_from_record_and_photo_and_in_the_model(tell, answered):
    for seconds in (3, 1, 2, 4):
        answered(photo_seconds=60, opinion_seconds=seconds, inference_milliseconds=100 * seconds)
    found = tell()
    assert found["timed_opinions"] == 4
    for share, seconds in (("0.5", 2), ("0.95", 4), ("1", 4)):
        assert found[f'opinion_seconds{{since="record",quantile="{share}"}}'] == 60 + seconds
        assert found[f'opinion_seconds{{since="photo",quantile="{share}"}}'] == seconds
        assert found[f'inference_seconds{{quantile="{share}"}}'] == seconds / 10


def test_before_the_first_opinion_no_time_is_told(tell, line):
    line.case()
    found = tell()
    assert found["timed_opinions"] == 0
    assert not any(name.startswith(("opinion_seconds", "inference_seconds")) for name in found)


def test_an_opinion_that_does_not_tell_the_models_time_is_timed_all_the_same(tell, answered):
    answered(60, 2)
    found = tell()
    assert found['opinion_seconds{since="photo",quantile="1"}'] == 2
    assert 'inference_seconds{quantile="1"}' not in found


def test_a_photo_that_came_again_after_the_opinion_does_not_count(tell, answered, parts, clock):
    case_id = answered(60, 2)
    clock.pass_(hours=1)
    with parts.database.transaction() as t:
        t.execute(photos.update().where(photos.c.case_id == case_id).values(received_at=clock()))
    found = tell()
    assert found['opinion_seconds{since="record",quantile="1"}'] == 62
    assert 'opinion_seconds{since="photo",quantile="1"}' not in found


def test_cases_of_more_than_a_day_ago_and_those_before_the_newest_do_not_count(
    tell, answered, clock, monkeypatch
):
    monkeypatch.setattr(durations, "MOST_CASES", 2)
    for seconds in (9, 5, 2):
        answered(60, seconds)
    assert tell()['opinion_seconds{since="photo",quantile="1"}'] == 5
    clock.pass_(hours=23)
    answered(60, 1)
    clock.pass_(minutes=59)
    assert tell()["timed_opinions"] == 1


def test_no_case_is_told_by_its_time(client, answered):
    case_id = answered(60, 2)
    assert case_id not in client.get("/metrics").get_data(as_text=True)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.01, 1.0), (0.5, 5.0), (0.51, 6.0), (0.95, 10.0), (1, 10.0)]
)
def test_a_quantile_is_one_of_the_numbers(share, expected):
    assert durations.quantile(tuple(map(float, range(1, 11))), share) == expected
