"""The table of exchange rates."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import metadata, tenant_key

# The rate is text, so that no digit of it is lost: SQLite has no decimals.
exchange_rate = sa.Table(
    "exchange_rate",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("rated_on", sa.Date, nullable=False),
    sa.Column("base", sa.Text, nullable=False),
    sa.Column("quote", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("rate", sa.Text, nullable=False),
    tenant_key("rated_on", "base", "quote", "source"),
    sa.CheckConstraint("base <> quote", name="two"),
)
