"""Invoices that another program issued, of which only what was open is imported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_COLUMNS = ["business_id", "issued_on", "currency", "total_minor"]


def upgrade() -> None:
    op.add_column("invoice", sa.Column("imported", sa.Boolean(), nullable=False, server_default=sa.false()))
    # What is summed up as revenue is what we issued.
    op.drop_index("ix_invoice_issued", "invoice")
    ours = sa.text("state = 'issued' AND NOT imported")
    op.create_index("ix_invoice_issued", "invoice", _COLUMNS, postgresql_where=ours, sqlite_where=ours)


def downgrade() -> None:
    raise RuntimeError("Going back would count imported invoices as revenue; restore a backup instead.")
