"""The discount that a payment earned because it came early."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_WHERE = sa.text("discount_minor > 0 AND reversed_at IS NULL")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        discount = sa.Column("discount_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        op.add_column("payment", discount)
        op.create_check_constraint(op.f("ck_payment_discount"), "payment", "discount_minor >= 0")
    else:
        # Copying the table would take along what names its rows; a new column may bring a check with it.
        op.execute(
            "ALTER TABLE payment ADD COLUMN discount_minor BIGINT DEFAULT 0 NOT NULL "
            "CONSTRAINT ck_payment_discount CHECK (discount_minor >= 0)"
        )
    op.create_index(
        "ix_payment_discount",
        "payment",
        ["business_id", "received_on"],
        postgresql_where=_WHERE,
        sqlite_where=_WHERE,
    )


def downgrade() -> None:
    raise RuntimeError("Going back would lose the discounts; restore a backup instead.")
