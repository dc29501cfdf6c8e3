"""The table of products."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import metadata, tenant_key
from storage.types import Json, UtcDateTime

STOCKED = sa.text("archived_at IS NULL")
CODED = sa.text("archived_at IS NULL AND code <> ''")

_KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

# Name and code as lines are compared with them (core/product.py, `key`); bytewise order on both databases.
product = sa.Table(
    "product",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("search", _KEY, nullable=False),
    sa.Column("code", _KEY, nullable=False),
    sa.Column("archived_at", UtcDateTime),
    sa.Column("data", Json, nullable=False),
    tenant_key("id"),
    sa.Index(
        "ix_product_live", "business_id", "search", "id", postgresql_where=STOCKED, sqlite_where=STOCKED
    ),
    sa.Index("ix_product_code", "business_id", "code", postgresql_where=CODED, sqlite_where=CODED),
)
