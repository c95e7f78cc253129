"""The tables, for SQLite and PostgreSQL alike; the migrations make them.

Times are aware UTC. What a client sent is kept as the very bytes that came.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """An aware UTC time, in fixed-width ISO 8601 text: it sorts, and both databases keep it alike."""

    impl = sa.String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> str | None:
        """To text, with microseconds always."""
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, _: Dialect) -> datetime | None:
        """And back."""
        return None if value is None else datetime.fromisoformat(value)


metadata = sa.MetaData()

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts by itself only for INTEGER."""

kiosks = sa.Table(
    "kiosks",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    # SHA-256 of the one-time code, and later of the token: what is stored lets nobody in.
    sa.Column("code_sha256", sa.String(64), unique=True),
    sa.Column("code_until", Moment),
    sa.Column("token_sha256", sa.String(64), unique=True),
    sa.Column("public_key", sa.String(64)),
    sa.Column("last_update", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("enrolled_at", Moment),
    sa.Column("revoked_at", Moment),
    sa.Column("seen_at", Moment),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kiosk_id", sa.ForeignKey("kiosks.id"), nullable=False),
    sa.Column("record", sa.LargeBinary, nullable=False),
    sa.Column("record_sha256", sa.String(64), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    # What holds now: the record's, or the latest change's.
    sa.Column("consent_analyse", sa.Boolean, nullable=False),
    sa.Column("consent_review", sa.Boolean, nullable=False),
    sa.Column("consent_train", sa.Boolean, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    # When anything that a receipt tells last changed.
    sa.Column("changed_at", Moment, nullable=False),
    sa.Index("cases_of_kiosk", "kiosk_id", "received_at"),
)

photos = sa.Table(
    "photos",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("content_type", sa.String(20), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(300)),
    # A small JPEG, which came with the record and goes with the photo.
    sa.Column("thumbnail", sa.LargeBinary),
    # Where its bytes lie: a name of ours. None where there are none.
    sa.Column("file", sa.String(80), unique=True),
    # When its bytes came, which may be long after the record.
    sa.Column("received_at", Moment),
    sa.Column("until", Moment),
    sa.Index("photos_until", "until"),
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kiosk_id", sa.ForeignKey("kiosks.id"), nullable=False),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("photo_number", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("offset", sa.Integer, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Index("uploads_expiring", "expires_at"),
    sa.Index("uploads_of_case", "case_id"),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("change", sa.LargeBinary, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Index("changes_of_case", "case_id", "received_at"),
)

opinions = sa.Table(
    "opinions",
    metadata,
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("model_sha256", sa.String(64), primary_key=True),
    sa.Column("prediction", sa.JSON, nullable=False),
    sa.Column("given_at", Moment, nullable=False),
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("case_id", sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("worker", sa.String(36)),
    sa.Column("leased_until", Moment),
    sa.Column("fault", sa.String(300)),
    sa.UniqueConstraint("kind", "case_id", name="jobs_one_a_case"),
    sa.Index("jobs_next", "state", "urgent", "number"),
)

# Who gives opinions: a row a worker, as fresh as its last sign of life.
workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("model", sa.String(200), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)

updates = sa.Table(
    "updates",
    metadata,
    sa.Column("kiosk_id", sa.ForeignKey("kiosks.id"), primary_key=True),
    sa.Column("cursor", sa.BigInteger, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("case_id", sa.String(36)),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("told_at", Moment, nullable=False),
    sa.Index("updates_of_case", "case_id"),
)

# Erased cases: the id alone, so that it is never taken again; and files that may still be there.
tombstones = sa.Table(
    "tombstones",
    metadata,
    sa.Column("case_id", sa.String(36), primary_key=True),
    sa.Column("kiosk_id", sa.ForeignKey("kiosks.id"), nullable=False),
    sa.Column("erased_at", Moment, nullable=False),
)

removals = sa.Table(
    "removals",
    metadata,
    sa.Column("file", sa.String(80), primary_key=True),
)

# Where photos lie, by the mark that was put there: rows name files in one place alone.
photo_places = sa.Table(
    "photo_places",
    metadata,
    sa.Column("mark", sa.String(36), primary_key=True),
)

conflicts = sa.Table(
    "conflicts",
    metadata,
    sa.Column("number", _NUMBER, primary_key=True, autoincrement=True),
    sa.Column("kiosk_id", sa.ForeignKey("kiosks.id"), nullable=False),
    sa.Column("case_id", sa.String(36), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
)
