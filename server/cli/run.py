"""``kiosk-server run``: the API and its workers in the foreground."""

import os
from collections.abc import Callable
from pathlib import Path

import click

from server import build_parts
from server.cli import DATABASE_VARIABLE, build, options, process
from server.config import HOME_VARIABLE, ServerSettings
from server.supervisor import Started, Supervisor

_API = "api"


@click.command()
@options.place
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Of the queue.")
@options.model
@click.pass_context
def run(
    ctx: click.Context,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    workers: int,
    model: Path | None,
) -> int:
    """Run the server until SIGTERM. Says ready once every worker's model passed its self-test."""
    place, found = options.place_of(host, port, certificate, key), build.settings(ctx)
    process.prepare()
    # Database and keys are made once, before the children would all make them.
    build_parts(found).database.close()
    verbs = {_API: [_API, *options.place_arguments(place)]}
    verbs |= {f"worker {number}": _worker_verb(workers, model) for number in range(1, workers + 1)}
    return process.run_until_stopped(Supervisor(verbs, _spawn(found, verbs), place.address))


def _worker_verb(workers: int, model: Path | None) -> list[str]:
    named = [f"--model={model.absolute()}"] if model else []
    # One alone measures how many threads are best; several would measure each other.
    threads = max(1, len(os.sched_getaffinity(0)) // workers)
    return ["worker", *named, *([f"--threads={threads}"] if workers > 1 else [])]


def _spawn(found: ServerSettings, verbs: dict[str, list[str]]) -> Callable[[str], Started]:
    """Starts a child by its name. The database's URL may hold a password: no argument shows it."""
    from server.child import Child

    places = {HOME_VARIABLE: str(found.home), DATABASE_VARIABLE: found.database_url}
    return lambda name: Child(verbs[name], places)
