"""A server in one process over a temporary home, with one kiosk that enrolled."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from postgresql_cluster import Cluster, programs, running_cluster
from server_backings import SQLITE, Backing, backing_on
from server_doubles import NO_DOUBTS, FarKiosk, HandClock, enrolled
from server_queue import Line

from server import create_app
from server.config import load_settings
from server.parts import Parts, parts_of


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL, one for all tests."""
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL on this machine: apt install postgresql")
    with running_cluster(folder) as running:
        yield running


@pytest.fixture
def backing(request: pytest.FixtureRequest, clock: HandClock) -> Iterator[Backing]:
    """What the server stands on: SQLite, unless the test says otherwise (server_backings)."""
    which = getattr(request, "param", SQLITE)
    if which == SQLITE:
        yield Backing()
    else:
        with backing_on(request.getfixturevalue("cluster"), which, clock) as found:
            yield found


@pytest.fixture
def start_app(tmp_path: Path, clock: HandClock, backing: Backing) -> Iterator[Callable[..., Flask]]:
    """Starts the server, with lines for its server.toml; called again, over the same home and database.

    It doubts no photo unless ``doubts`` says otherwise.
    """
    home, started = tmp_path / "server", []

    def start(toml: str = "", doubts: str = NO_DOUBTS) -> Flask:
        home.mkdir(exist_ok=True)
        (home / "server.toml").write_text(doubts + backing.toml + toml)
        started.append(create_app(load_settings(home, backing.database_url), clock))
        return started[-1]

    yield start
    for app in started:
        parts_of(app).database.close()


@pytest.fixture
def app(start_app: Callable[..., Flask]) -> Flask:
    return start_app()


@pytest.fixture
def parts(app: Flask) -> Parts:
    return parts_of(app)


@pytest.fixture
def kiosk(app: Any, parts: Parts) -> FarKiosk:
    return enrolled(app, parts, "bar")


@pytest.fixture
def line(parts: Parts, kiosk: FarKiosk) -> Line:
    """Cases that wait for a worker."""
    return Line(parts, kiosk)
