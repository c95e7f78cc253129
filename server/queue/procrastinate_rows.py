"""Procrastinate's rows as this program looks at them; they change by Procrastinate's own queries."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from procrastinate.sql import queries
from sqlalchemy.dialects.postgresql import ENUM, JSONB

QUEUE = "opinions"

_STATUS = ENUM("todo", "doing", "failed", name="procrastinate_job_status", create_type=False)

tasks = sa.table(
    "procrastinate_jobs",
    sa.column("id", sa.BigInteger),
    sa.column("queue_name", sa.String),
    # The case's id: of one case only one job may wait.
    sa.column("queueing_lock", sa.String),
    sa.column("status", _STATUS),
    sa.column("attempts", sa.Integer),
    sa.column("args", JSONB),
    sa.column("scheduled_at", sa.DateTime(timezone=True)),
    sa.column("worker_id", sa.BigInteger),
)
_claims = sa.table(
    "procrastinate_workers",
    sa.column("id", sa.BigInteger),
    sa.column("last_heartbeat", sa.DateTime(timezone=True)),
)

_ours = tasks.c.queue_name == QUEUE
_todo, _doing = tasks.c.status == "todo", tasks.c.status == "doing"
_due_at = sa.func.coalesce(
    tasks.c.scheduled_at, sa.cast(tasks.c.args["ordered_at"].astext, sa.DateTime(timezone=True))
)


def call(t: sa.Connection, query: str, **arguments: object) -> "sa.Row[Any]":
    """What one of Procrastinate's queries gives, within our transaction."""
    return t.exec_driver_sql(queries[query], arguments).one()


def of_case(case_id: str) -> tuple["sa.ColumnElement[bool]", ...]:
    """The case's job, however it stands."""
    return (_ours, tasks.c.queueing_lock == case_id)


def ready() -> "sa.Select[Any]":
    """Jobs that could be done now, leased ones aside."""
    due = sa.or_(tasks.c.scheduled_at.is_(None), tasks.c.scheduled_at <= sa.func.now())
    return sa.select(tasks.c.id).where(_ours, _todo, due).limit(1)


def lost(lease: timedelta) -> "sa.Select[Any]":
    """A job whose lease is over."""
    return (
        sa.select(tasks)
        .select_from(tasks.outerjoin(_claims, _claims.c.id == tasks.c.worker_id))
        .where(_ours, _doing, _is_over(lease))
        .order_by(tasks.c.id)
        .limit(1)
    )


def depth(lease: timedelta) -> "sa.Select[Any]":
    """The columns of Depth."""
    free, count = sa.or_(_todo, sa.and_(_doing, _is_over(lease))), sa.func.count()
    return (
        sa.select(
            count.filter(free),
            count.filter(_doing, sa.not_(_is_over(lease))),
            count.filter(tasks.c.status == "failed"),
            sa.func.min(_due_at).filter(free, _due_at <= sa.func.now()),
        )
        .select_from(tasks.outerjoin(_claims, _claims.c.id == tasks.c.worker_id))
        .where(_ours)
    )


def _is_over(lease: timedelta) -> "sa.ColumnElement[bool]":
    """By the database's clock, which all machines share."""
    return sa.or_(_claims.c.id.is_(None), _claims.c.last_heartbeat <= sa.func.now() - lease)
