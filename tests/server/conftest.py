"""A server in one process over a temporary home, with one kiosk that enrolled."""

from typing import Any

import pytest
from server_doubles import FarKiosk, HandClock, enrolled

from server import create_app
from server.config import load_settings
from server.parts import Parts, parts_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def parts(app: Any) -> Parts:
    return parts_of(app)


@pytest.fixture
def app(tmp_path: Any, clock: HandClock) -> Any:
    app = create_app(load_settings(tmp_path / "server"), clock)
    yield app
    parts_of(app).database.close()


@pytest.fixture
def kiosk(app: Any, parts: Parts) -> FarKiosk:
    return enrolled(app, parts, "bar")
