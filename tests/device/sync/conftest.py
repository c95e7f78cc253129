"""A kiosk's store and a real server in one process: requests go straight into the server's app."""

from dataclasses import replace
from pathlib import Path

import pytest
from case_fixtures import draft, judgement, take
from server_doubles import HandClock, doubting_nothing

from device.errors import Unreachable
from device.sync.hearing import Hearing
from device.sync.sending import Sending
from device.uplink.enrolling import enrol
from device.uplink.transport import Answer
from device.uplink.uplink import Uplink
from server import create_app
from server.config import load_settings
from server.parts import parts_of

__all__ = ["draft", "judgement", "take"]


class AppTransport:
    """Into an app without a socket. ``faults`` are met one a request: "lost" (it never arrived), "unanswered"
    (it arrived, the answer did not), "portal" (a sign-in page answered), a number (only so many bytes of its
    body arrived), None.
    """

    def __init__(self, app):
        self._client = app.test_client()
        self.faults = []
        self.requests = []

    def send(self, request):
        fault = self.faults.pop(0) if self.faults else None
        if fault == "lost":
            raise Unreachable("the server does not answer")
        if fault == "portal":
            return Answer(200, {"content-type": "text/html"}, b"<html>Please sign in</html>")
        body = request.body[:fault] if isinstance(fault, int) else request.body
        self.requests.append(replace(request, body=body))
        found = self._client.open(
            request.path, method=request.method, headers=dict(request.headers), data=body
        )
        if fault == "unanswered" or isinstance(fault, int):
            raise Unreachable("the answer got lost")
        headers = {name.lower(): value for name, value in found.headers.items()}
        return Answer(found.status_code, headers, found.get_data())


@pytest.fixture
def server(tmp_path):
    app = create_app(load_settings(doubting_nothing(tmp_path / "server")), HandClock())
    yield app
    parts_of(app).database.close()


@pytest.fixture
def transport(server):
    return AppTransport(server)


@pytest.fixture
def enrolment(server, transport, home):
    home.mkdir(parents=True, exist_ok=True)
    code = parts_of(server).kiosks.add("bar")
    return enrol(Path(home), "http://127.0.0.1", code, transport)


@pytest.fixture
def uplink(enrolment, transport):
    return Uplink(enrolment, transport)


@pytest.fixture
def sending(store, uplink):
    return Sending(store, uplink)


@pytest.fixture
def hearing(store, uplink, enrolment):
    return Hearing(store, uplink, enrolment.kiosk)
