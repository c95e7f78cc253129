"""``kiosk-server worker``: one worker, here or on another machine."""

from pathlib import Path

import click

from server.child import READY
from server.cli import build, options, process


@click.command()
@options.model
@click.option("--threads", type=click.IntRange(min=1), help="The engine's; measured where none are given.")
@click.pass_context
def worker(ctx: click.Context, model: Path | None, threads: int | None) -> int:
    """Give opinions until SIGTERM, which ends it after the job at hand."""
    from server.opinions.worker import Worker

    process.prepare()
    parts = build.worker_parts(build.settings(ctx), model, threads)
    with parts.heartbeat.beating():
        named = parts.engine.model
        click.echo(f"{READY} {named.name} {named.version}")
        return process.run_until_stopped(Worker(parts))
