"""What the overview sums up: invoices by their date, payments by the day they came in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ISSUED = sa.text("state = 'issued'")
_RECEIVED = sa.text("reversed_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_invoice_issued",
        "invoice",
        ["business_id", "issued_on", "currency", "total_minor"],
        postgresql_where=_ISSUED,
        sqlite_where=_ISSUED,
    )
    op.create_index(
        "ix_payment_received",
        "payment",
        ["business_id", "received_on", "currency", "amount_minor"],
        postgresql_where=_RECEIVED,
        sqlite_where=_RECEIVED,
    )


def downgrade() -> None:
    op.drop_index("ix_payment_received", "payment")
    op.drop_index("ix_invoice_issued", "invoice")
