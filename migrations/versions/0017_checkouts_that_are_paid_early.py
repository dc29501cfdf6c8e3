"""The discount for paying early that a checkout was opened with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        discount = sa.Column("discount_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
        op.add_column("pay_session", discount)
        op.create_check_constraint(op.f("ck_pay_session_discount"), "pay_session", "discount_minor >= 0")
    else:
        # Copying the table would take along what names its rows; a new column may bring a check with it.
        op.execute(
            "ALTER TABLE pay_session ADD COLUMN discount_minor BIGINT DEFAULT 0 NOT NULL "
            "CONSTRAINT ck_pay_session_discount CHECK (discount_minor >= 0)"
        )


def downgrade() -> None:
    raise RuntimeError("Going back would leave discounted invoices partly open; restore a backup instead.")
