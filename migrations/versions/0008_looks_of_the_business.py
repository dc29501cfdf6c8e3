"""A page that the business opens by its own button has not been opened by the client; later looks are not counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice_link", sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_column("invoice_view", "last_at")
    op.drop_column("invoice_view", "times")


def downgrade() -> None:
    raise RuntimeError("Going back would lose which links are the business's own; restore a backup instead.")
