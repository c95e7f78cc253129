"""Every engine of the queue goes through the same tests, which say so with ``on_every_queue``."""

import pytest
from server_doubles import enrolled
from server_queue import Line


@pytest.fixture
def line(parts, kiosk):
    return Line(parts, kiosk)


@pytest.fixture
def queue(line):
    return line.queue


@pytest.fixture
def other_kiosk(app, parts):
    return enrolled(app, parts, "other")
