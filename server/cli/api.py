"""``kiosk-server api``: the API without workers."""

from pathlib import Path

import click
from flask import Flask

from server import create_app
from server.cli import build, options, process
from server.config import ServerSettings
from server.parts import parts_of
from server.periodic import Periodic
from server.serving import Serving


@click.command()
@options.place
@click.pass_context
def api(ctx: click.Context, host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Answer kiosks until SIGTERM; opinions come from workers elsewhere."""
    place, found = options.place_of(host, port, certificate, key), build.settings(ctx)
    process.prepare()
    Serving(place, lambda: _app(found)).run()


def _app(found: ServerSettings) -> Flask:
    app = create_app(found)
    Periodic(parts_of(app).chores).start()
    return app
