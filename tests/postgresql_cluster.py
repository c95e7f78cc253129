"""A PostgreSQL of the tests' own: a cluster in a temporary folder, run by an ordinary user, gone after."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

NOBODY: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
"""PostgreSQL refuses to be run by root."""

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "100",
    "shared_buffers": "64MB",
}

Prepare = Callable[[str], None]


def programs() -> Path | None:
    """The folder of initdb and pg_ctl; None where there is no PostgreSQL. Debian has them off the path."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


class Cluster:
    """Its databases, each a copy of a template that is prepared once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: set[str] = set()
        self._numbers = count(1)

    def url(self, database: str) -> str:
        return f"postgresql://kiosk@/{database}?host={self._folder}"

    @contextmanager
    def database(self, template: str, prepare: Prepare, settings: str = "") -> Iterator[str]:
        """The URL of a new database, removed at the end; ``prepare`` makes the template at its first use.

        ``settings`` follow ALTER DATABASE; no copy inherits them.
        """
        if template not in self._templates:
            self._create(template, settings)
            prepare(self.url(template))
            self._templates.add(template)
        name = f"{template}_{next(self._numbers)}"
        self._create(f"{name} TEMPLATE {template}", settings)
        try:
            yield self.url(name)
        finally:
            self.say(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, words: str, settings: str) -> None:
        self.say(f"CREATE DATABASE {words}")
        if settings:
            self.say(f"ALTER DATABASE {words.partition(' ')[0]} {settings}")

    def say(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster with the programs in ``folder``; it sorts by a language's rules, as on many machines."""
    place = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    who = NOBODY if os.geteuid() == 0 else {}
    if who:
        shutil.chown(place, who["user"], who["group"])
    files = place / "files"
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())

    def run(program: str, *arguments: str) -> None:
        command = [str(folder / program), f"--pgdata={files}", *arguments]
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, **who)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "--username=kiosk", "--auth=trust", "--no-sync", "--encoding=UTF8", *EN_US)
        log = f"--log={place / 'log'}"
        run("pg_ctl", "start", "--wait", log, f"--options={options} -c unix_socket_directories={place}")
        try:
            yield Cluster(place)
        finally:
            run("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(place, ignore_errors=True)


EN_US = ("--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US")
