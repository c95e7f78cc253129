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

HALF_A_HEAD = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
START = """
import json, sys
from dataclasses import replace
from server import serving
from server.cli import main
given = json.loads(sys.argv.pop(1))
serving.API_THREADS = given.pop("threads", serving.API_THREADS)
serving._PATIENCE = replace(serving._PATIENCE, **given)
main()
"""


class Api:
    """``kiosk-server api`` on a free port of loopback, with bounds as given."""

    def __init__(self, home, pair, **bounds):
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

    def connect(self, said=b""):
        """A bare connection that has said this much."""
        connection = socket.create_connection(("127.0.0.1", self.port), 20)
        connection.sendall(said)
        return connection

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


def asks(connection):
    connection.request("GET", "/health")
    return connection.getresponse().read()


def test_clients_that_hesitate_hold_the_threads_only_so_long(start):
    api = start(threads=4, head_seconds=1)
    slow = [api.connect(HALF_A_HEAD) for _ in range(8)]
    connection, started = api.open(), time.monotonic()
    assert json.loads(asks(connection))["database"]
    assert time.monotonic() - started < 6
    for each in (connection, *slow):
        each.close()


def test_a_connection_serves_one_request_after_the_other(start):
    connection = start(head_seconds=2).open()
    assert asks(connection) == asks(connection) == asks(connection)
    connection.close()


def test_a_body_that_stops_is_answered_with_408(start):
    connection = start(silence_seconds=0.5).open()
    connection.putrequest("POST", "/v1/enrolments")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b'{"code": ')
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["status"]) == (408, 408)
    connection.close()
