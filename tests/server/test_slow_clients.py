"""Clients that hesitate, plainly or over TLS: nobody else waits for them."""

import http.client
import json
import socket
import ssl
import subprocess
import sys
import time

import pytest
from certificates import make_certificate
from running_kiosk import wait_until

from server import build_parts
from server.config import load_settings

HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
HALF_A_HANDSHAKE = b"\x16\x03\x01"
START = """
import json, sys
from dataclasses import replace
from server import serving
from server.cli import main
given = json.loads(sys.argv.pop(1))
serving.API_THREADS = given.pop("threads", serving.API_THREADS)
serving.ApiWorker.patience = replace(serving.ApiWorker.patience, **given)
main()
"""


class Api:
    """``kiosk-server api`` on a free port of loopback, with bounds as given."""

    def __init__(self, home, pair, **bounds):
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.trusted = ssl.create_default_context(cafile=pair[0]) if pair else None
        tls = [f"--certificate={pair[0]}", f"--key={pair[1]}"] if pair else []
        command = [sys.executable, "-c", START, json.dumps(bounds), "--home", str(home), "api"]
        self.process = subprocess.Popen(
            [*command, f"--port={self.port}", *tls], stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout.readline().startswith("ready ")

    def open(self):
        if self.trusted:
            return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=20, context=self.trusted)
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def hesitate(self):
        """A connection that began to say something."""
        connection = socket.create_connection(("127.0.0.1", self.port), 20)
        connection.sendall(HALF_A_HANDSHAKE if self.trusted else HALF_A_HEAD)
        return connection

    def token(self):
        """The header of a kiosk that enrolled just now."""
        parts = build_parts(load_settings(self.home))
        _, token = parts.kiosks.enrol(parts.kiosks.add("bar"), None)
        parts.database.close()
        return {"Authorization": f"Bearer {token}"}

    def clean_up(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def start(request, tmp_path):
    """Starts the API; over TLS too."""
    started = []

    def start(**bounds):
        pair = make_certificate(tmp_path) if request.param else None
        started.append(Api(tmp_path / "server", pair, **bounds))
        return started[-1]

    yield start
    for api in started:
        api.clean_up()


def asks(connection, path="/health"):
    connection.request("GET", path)
    return connection.getresponse().read()


def test_clients_that_hesitate_hold_the_threads_only_so_long(start):
    api = start(threads=4, head_seconds=1)
    slow = [api.hesitate() for _ in range(8)]
    connection, started = api.open(), time.monotonic()
    assert json.loads(asks(connection))["database"]
    assert time.monotonic() - started < 6
    for each in (connection, *slow):
        each.close()


def test_a_connection_serves_one_request_after_the_other(start):
    connection = start(head_seconds=2).open()
    assert asks(connection) == asks(connection) == asks(connection)
    connection.close()


def test_a_kiosk_that_waits_when_the_server_stops_gets_its_answer(start):
    api = start()
    waiting, looking = api.open(), api.open()
    waiting.request("GET", "/v1/updates?wait=30", headers=api.token())
    wait_until(lambda: b"kiosk_server_listeners 1\n" in asks(looking, "/metrics"), 10, "nobody waits")
    api.process.terminate()
    answer = waiting.getresponse()
    assert (answer.status, json.loads(answer.read())["pause_seconds"] > 0) == (200, True)
    for each in (waiting, looking):
        each.close()


def test_a_body_that_stops_is_answered_with_408(start):
    connection = start(silence_seconds=0.5).open()
    connection.putrequest("POST", "/v1/enrolments")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b'{"code": ')
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["status"]) == (408, 408)
    connection.close()
