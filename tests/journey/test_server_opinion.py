"""The server in real processes: a photo goes in by tus, an opinion comes home, and the photo is gone."""

import os
import signal
import threading
import time

import pytest
from running_kiosk import wait_until
from running_server import ForeignClient, RunningServer, running_server
from server_doubles import a_record

from models.manifest import SHIPPED

TRACE_BYTES = 48


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("server"), "--model", str(SHIPPED)) as running:
        yield running


@pytest.fixture(scope="module")
def client(server):
    return ForeignClient(server, "foreign")


def a_photo(pictures, seed):
    return pictures.jpeg(pictures.skin(seed=seed))


def files_with(home, photo):
    """The server's files that hold a piece out of the photo's middle."""
    piece = photo[len(photo) // 2 :][:TRACE_BYTES]
    return [path.name for path in home.rglob("*") if path.is_file() and piece in path.read_bytes()]


def opinion_on(client, photo, **fields):
    record = a_record(photo, **fields)
    assert client.put(record) == 201
    assert client.upload(record["id"], photo) == 201
    update = client.update_about(record["id"])
    assert update["kind"] == "opinion", update
    return update["content"]


def test_an_opinion_by_the_named_model_comes_home(server, client, pictures):
    opinion = opinion_on(client, a_photo(pictures, 1), age_band="40-59", body_site="forearm")
    assert opinion["model"]["name"] == "skin-kiosk-mobilenet"
    assert sum(candidate["score"] for candidate in opinion["candidates"]) == pytest.approx(1)
    health = server.health()
    assert (health["ok"], health["workers"]) == (True, 1)
    assert health["model"].startswith("skin-kiosk-mobilenet ")


def test_a_photo_that_only_the_model_may_see_is_gone_once_it_did(server, client, pictures):
    photo = a_photo(pictures, 2)
    opinion_on(client, photo)
    assert wait_until(lambda: not files_with(server.home, photo), 10, "the photo is still there")


def test_a_photo_that_a_dermatologist_may_see_stays(server, client, pictures):
    photo = a_photo(pictures, 3)
    opinion_on(client, photo, consent={"analyse": True, "review": True})
    assert len(files_with(server.home, photo)) == 1


def test_a_killed_worker_is_replaced_and_no_case_is_lost(server, client, pictures):
    (worker,) = server.children("worker")
    os.kill(worker, signal.SIGKILL)
    opinion_on(client, a_photo(pictures, 4))
    assert server.children("worker") not in ([worker], [])


def test_a_killed_api_is_replaced(server, client):
    (api,) = server.children("api")
    os.kill(api, signal.SIGKILL)
    wait_until(lambda: server.children("api") not in ([api], []), 20, "the API was not started again")
    wait_until(lambda: _answers(server), 20, "the API does not answer")


def _answers(server):
    try:
        return server.health()["database"]
    except OSError:
        return False


def test_it_stops_within_five_seconds_even_while_a_kiosk_waits(tmp_path):
    with running_server(tmp_path, "--model", str(SHIPPED), "--workers", "2") as server:
        assert len(server.children("worker")) == 2
        waiting = threading.Thread(target=_poll, args=(ForeignClient(server, "patient"),))
        waiting.start()
        time.sleep(0.5)
        left = server.children()
        assert server.stop() < 5
        assert server.process.returncode == 0
        waiting.join(10)
    assert not any(_runs(number) for number in left)


def _poll(client):
    try:
        client.server.request("GET", "/v1/updates?after=0&wait=30", headers=client.headers)
    except OSError:
        return


def _runs(number):
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_without_its_model_it_refuses_to_start_and_says_why(tmp_path):
    server = RunningServer(tmp_path, "--model", str(tmp_path / "vgg16.json"))
    assert server.wait_until_ready() == ""
    assert server.process.wait(20) == 1
    assert f"no manifest at {tmp_path / 'vgg16.json'}" in server.errors.read_text()
    server.process.stdout.close()
