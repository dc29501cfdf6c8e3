"""The tables of quotes: each quote, and the pages on which clients see them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import belongs, metadata, tenant_key
from storage.types import Json, UtcDateTime

OFFERED = sa.text("state = 'open'")
WATCHED = sa.text("next_at IS NOT NULL")

# Beside the whole in `data` stands what it is looked for and listed by, and apart from it the frozen document.
quote = sa.Table(
    "quote",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("number", sa.Text),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("valid_until", sa.Date),
    sa.Column("next_at", UtcDateTime),
    sa.Column("data", Json, nullable=False),
    sa.Column("document", Json),
    tenant_key("id"),
    belongs("client_id", to="client"),
    sa.UniqueConstraint("business_id", "number"),
    sa.CheckConstraint("state IN ('draft', 'open', 'accepted', 'declined', 'withdrawn')", name="state"),
    sa.CheckConstraint(
        "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (document IS NULL)", name="numbered"
    ),
    sa.Index("ix_quote_client", "business_id", "client_id", "id"),
    sa.Index("ix_quote_state", "business_id", "state", "id"),
    sa.Index("ix_quote_ending", "business_id", "valid_until", "id", postgresql_where=OFFERED, sqlite_where=OFFERED),
    sa.Index("ix_quote_watched", "business_id", "next_at", "id", postgresql_where=WATCHED, sqlite_where=WATCHED),
)  # fmt: skip

# Read before the business is known, by the hash alone, as invoice_link is.
quote_link = sa.Table(
    "quote_link",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("quote_id", sa.Uuid, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    belongs("quote_id", to="quote"),
    sa.Index("ix_quote_link_quote", "business_id", "quote_id", "created_at"),
)
