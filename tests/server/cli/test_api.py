"""``kiosk-server api`` with a certificate of its own speaks TLS."""

import http.client
import json
import ssl
import subprocess
import sys

import pytest
from certificates import make_certificate
from running_program import free_port


@pytest.fixture
def pair(tmp_path):
    return make_certificate(tmp_path)


def test_whoever_trusts_the_certificate_gets_an_answer(tmp_path, pair):
    certificate, key, port = *pair, free_port()
    command = [sys.executable, "-m", "server.cli", "--home", str(tmp_path / "server"), "api"]
    options = [f"--port={port}", f"--certificate={certificate}", f"--key={key}"]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as api:
        try:
            assert api.stdout.readline() == f"ready https://127.0.0.1:{port}\n"
            trusted = ssl.create_default_context(cafile=certificate)
            connection = http.client.HTTPSConnection("127.0.0.1", port, context=trusted, timeout=20)
            connection.request("GET", "/health")
            assert json.loads(connection.getresponse().read())["database"]
            connection.close()
        finally:
            api.terminate()
            api.wait(10)
