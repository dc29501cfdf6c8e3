"""The tables of recurring invoices: each series, and the days of it that were decided."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import belongs, metadata, tenant_key
from storage.types import Json, UtcDateTime

RUNNING = sa.text("state = 'active'")
NOT_OVER = sa.text("state <> 'ended'")

# Beside the whole in `data` stands what it is looked for by.
series = sa.Table(
    "series",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("data", Json, nullable=False),
    tenant_key("id"),
    belongs("client_id", to="client"),
    belongs("member_id", to="member"),
    sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
    sa.Index("ix_series_client", "business_id", "client_id"),
    sa.Index("ix_series_due", "business_id", "next_at", "id", postgresql_where=RUNNING, sqlite_where=RUNNING),
    sa.Index("ix_series_live", "business_id", "id", postgresql_where=NOT_OVER, sqlite_where=NOT_OVER),
)

# The key is what keeps a day from bringing a second invoice, whoever tries and however often. The invoice is named
# without a foreign key: a draft may be thrown away, and the day stays decided.
recurrence_run = sa.Table(
    "recurrence_run",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("series_id", sa.Uuid, nullable=False),
    sa.Column("period", sa.Date, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    tenant_key("series_id", "period"),
    belongs("series_id", to="series"),
)

SERIES_TABLES = (series, recurrence_run)
