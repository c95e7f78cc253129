"""Every engine of the queue goes through the same tests: each gives the parts of a server that has it."""

import pytest
from server_doubles import enrolled
from server_queue import Line

from server import create_app
from server.config import load_settings
from server.parts import parts_of


def table_on_sqlite(home, clock):
    return create_app(load_settings(home), clock)


@pytest.fixture(params=[table_on_sqlite], ids=["table"])
def app(request, tmp_path, clock):
    app = request.param(tmp_path / "server", clock)
    yield app
    parts_of(app).database.close()


@pytest.fixture
def line(parts, kiosk):
    return Line(parts, kiosk)


@pytest.fixture
def queue(line):
    return line.queue


@pytest.fixture
def other_kiosk(app, parts):
    return enrolled(app, parts, "other")
