"""Every engine of the queue goes through the same tests, which say so with ``on_every_queue``."""

import pytest
from server_doubles import enrolled


@pytest.fixture
def queue(line):
    return line.queue


@pytest.fixture
def other_kiosk(app, parts):
    return enrolled(app, parts, "other")
