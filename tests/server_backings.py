"""What a server may stand on: which database, which engine of the queue. Tests say which they run over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import psycopg
import pytest
from postgresql_cluster import Cluster
from server_doubles import HandClock

from server.queue.procrastinate_schema import install
from server.store.database import Database


@dataclass(frozen=True)
class Backing:
    """``database_url`` None is the home's SQLite; ``toml`` goes into its server.toml."""

    database_url: str | None = None
    toml: str = ""


SQLITE, POSTGRESQL, PROCRASTINATE = "SQLite", "PostgreSQL", "Procrastinate"

on_both_databases = pytest.mark.parametrize("backing", [SQLITE, POSTGRESQL], indirect=True)
on_postgresql = pytest.mark.parametrize("backing", [POSTGRESQL], indirect=True)
on_every_queue = pytest.mark.parametrize("backing", [SQLITE, POSTGRESQL, PROCRASTINATE], indirect=True)

# Procrastinate asks the database for the time; with this before PostgreSQL's own, it gets the test's.
_CLOCK = """
    CREATE SCHEMA hand;
    CREATE TABLE hand.clock (at timestamptz NOT NULL);
    INSERT INTO hand.clock VALUES (pg_catalog.now());
    CREATE FUNCTION hand.now() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT at FROM hand.clock';
"""
_PROCRASTINATE_TOML = "queue.engine = 'procrastinate'\n"
_CLOCK_FIRST = "SET search_path = hand, pg_catalog, public"


@contextmanager
def backing_on(cluster: Cluster, which: str, clock: HandClock) -> Iterator[Backing]:
    """One on PostgreSQL, of which the database has the time of ``clock``."""
    if which == POSTGRESQL:
        with cluster.database("plain", _prepare) as url:
            yield Backing(url)
    else:
        with cluster.database("procrastinating", _prepare_procrastinate, _CLOCK_FIRST) as url:
            clock.followers.append(partial(_set_clock, url))
            _set_clock(url, clock())
            yield Backing(url, _PROCRASTINATE_TOML)


@contextmanager
def live_backing_on(cluster: Cluster, which: str) -> Iterator[Backing]:
    """One whose database has its own time, for real processes."""
    with cluster.database("plain", _prepare) as url:
        yield Backing(url, _PROCRASTINATE_TOML if which == PROCRASTINATE else "")


def _prepare(url: str) -> None:
    Database(url).close()


def _prepare_procrastinate(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(_CLOCK)
    database = Database(url)
    install(database)
    database.close()


def _set_clock(url: str, at: datetime) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE hand.clock SET at = %s", (at,))
