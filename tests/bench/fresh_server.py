"""A server of its own for a topic of the bench."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from running_program import RunningProgram

from models.manifest import SHIPPED
from server.config import load_settings
from server.opinions.engine import VGG16
from server.store.database import Database

MODEL_VARIABLE = "SKIN_KIOSK_BENCH_MODEL"
_READY_SECONDS = 120.0


def servers_model() -> Path:
    """The manifest that the variable names, else VGG16's, else the kiosk's own while there is no VGG16."""
    named = os.environ.get(MODEL_VARIABLE)
    if named:
        return Path(named)
    return VGG16 if VGG16.exists() else SHIPPED


def binds(manifest: Path) -> bool:
    """Whether the figures of this model have bounds: those of the server's own do."""
    return manifest.name == VGG16.name


@contextmanager
def running_api(home: Path, *options: str, database_url: str | None = None) -> Iterator[RunningProgram]:
    """The API alone, one process; ``database_url`` None is the home's SQLite."""
    database = ["--database", database_url] if database_url else []
    api = RunningProgram(home, "server.cli", [*database, "api", *options])
    try:
        assert api.first_line(_READY_SECONDS).startswith("ready "), api.errors.read_text()[-500:]
        yield api
    finally:
        api.stop()


@contextmanager
def server_database(home: Path, database_url: str | None = None) -> Iterator[Database]:
    """The server's database, to look into."""
    database = Database(load_settings(home, database_url).database_url)
    try:
        yield database
    finally:
        database.close()
