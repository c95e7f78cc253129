"""Another engine was chosen: what waits in the old one's list goes into the new one's."""

import sqlalchemy as sa

from server.errors import CaseErased, CaseUnknown
from server.queue.jobs import JobQueue
from server.store.case_rows import get_case
from server.store.database import Database
from server.store.tables import jobs

_LISTS = {
    "table": (jobs, "case_id"),
    "procrastinate": (sa.table("procrastinate_jobs", sa.column("queueing_lock")), "queueing_lock"),
}
"""By engine: its jobs, and the column that names a job's case."""


def move_waiting(database: Database, queue: JobQueue, engine: str) -> None:
    """Order in ``queue``, the one of ``engine``, what another still holds; what was parked is tried again.

    Workers that still run with the old engine do no harm: of one model a case has one opinion.
    """
    for name, (table, column) in _LISTS.items():
        if name != engine:
            for case_id in _cases_in(database, table, column):
                with database.transaction() as t:
                    _move(t, queue, table, column, case_id)


def _cases_in(database: Database, table: sa.TableClause, column: str) -> list[str]:
    with database.read() as r:
        if not sa.inspect(r).has_table(table.name):
            return []
        return list(r.execute(sa.select(table.c[column])).scalars())


def _move(t: sa.Connection, queue: JobQueue, table: sa.TableClause, column: str, case_id: str) -> None:
    """In the order in which all others lock: the case, then its job."""
    try:
        case = get_case(t, case_id, lock=True)
    except (CaseErased, CaseUnknown):
        return
    if t.execute(table.delete().where(table.c[column] == case_id)).rowcount:
        queue.order(t, case)
