"""Procrastinate's tables, made at the first start and brought to the installed version at each later one."""

from pathlib import Path

import sqlalchemy as sa
from procrastinate.schema import SchemaManager
from sqlalchemy.exc import DBAPIError

from server.errors import ConfigInvalid
from server.store.database import Database, hold

_OURS = sa.table("procrastinate_applied", sa.column("file"))
_OUR_TABLES = """
    CREATE TABLE procrastinate_applied (file varchar(200) PRIMARY KEY);
    CREATE INDEX procrastinate_jobs_of_case ON procrastinate_jobs (queueing_lock);
"""


def install(database: Database) -> None:
    """Bring the tables to what the installed Procrastinate wants; one process does it, the others wait.

    Raises ConfigInvalid, also where there are tables of it that this program did not make.
    """
    try:
        _install_new(database)
        for file in _missing(database):
            _apply(database, file)
    except DBAPIError as error:
        raise ConfigInvalid(f"Procrastinate's tables cannot be made: {error.orig}") from error


def _install_new(database: Database) -> None:
    """All at once where there is nothing yet."""
    with database.transaction() as t:
        hold(t, _OURS.name)
        if _is_here(t, _OURS.name):
            return
        if _is_here(t, "procrastinate_jobs"):
            raise ConfigInvalid("another program uses Procrastinate in this database: name one of its own")
        for script in (SchemaManager.get_schema(), _OUR_TABLES):
            _run(t, script)
        t.execute(_OURS.insert(), [{"file": file.name} for file in _migrations()])


def _missing(database: Database) -> list[Path]:
    """The steps that a newer Procrastinate brought, in order."""
    with database.read() as r:
        applied = set(r.execute(sa.select(_OURS.c.file)).scalars())
    return [file for file in _migrations() if file.name not in applied]


def _apply(database: Database, file: Path) -> None:
    """A transaction a step: some steps use what PostgreSQL has only after the one before was committed."""
    with database.transaction() as t:
        hold(t, _OURS.name)
        if t.execute(sa.select(_OURS).where(_OURS.c.file == file.name)).first() is None:
            _run(t, file.read_text(encoding="utf-8"))
            t.execute(_OURS.insert().values(file=file.name))


def _migrations() -> list[Path]:
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _is_here(t: sa.Connection, table: str) -> bool:
    return t.execute(sa.select(sa.func.to_regclass(table))).scalar() is not None


def _run(t: sa.Connection, script: str) -> None:
    """Several statements, in which a percent sign is one."""
    t.exec_driver_sql(script, execution_options={"no_parameters": True})
