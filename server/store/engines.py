"""How each database is opened: SQLite's one file, or PostgreSQL for several machines."""

from typing import Any

import sqlalchemy as sa

_LOCK_SECONDS = 10
# An error that named what it was about to write would put subjects into the log.
_QUIET: dict[str, Any] = {"hide_parameters": True}
_SQLITE: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "connect_args": {"timeout": _LOCK_SECONDS}}

_POSTGRESQL: dict[str, Any] = {
    # PostgreSQL lets in 100 by default: three machines' APIs and their workers.
    "pool_size": 10,
    "max_overflow": 10,
    "pool_timeout": _LOCK_SECONDS,
    "pool_pre_ping": True,
    "connect_args": {
        "connect_timeout": _LOCK_SECONDS,
        "application_name": "kiosk-server",
        # A machine that vanished in mid-transaction would hold its rows for hours.
        "options": "-c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
    },
}


def open_engine(url: str) -> sa.Engine:
    """An engine for ``url``: SQLAlchemy's form, or PostgreSQL's own, ``postgresql://``.

    Raises ArgumentError, NoSuchModuleError or ModuleNotFoundError.
    """
    found = sa.make_url(url)
    if found.get_backend_name() == "sqlite":
        return _open_sqlite(found)
    if found.drivername in ("postgresql", "postgres"):
        found = found.set(drivername="postgresql+psycopg")
    return sa.create_engine(found, **_POSTGRESQL, **_QUIET)


def for_reading(engine: sa.Engine) -> sa.Engine:
    """The same, whose transactions see one state of the data from their first look to their last."""
    if engine.dialect.name == "sqlite":  # where each transaction does
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _open_sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, **_SQLITE, **_QUIET)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Python's own module would begin transactions where it sees fit; we say BEGIN ourselves.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    """Whoever writes takes the lock at once: taken later, it could be refused in mid-transaction."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
