"""Exchange rates, by which VAT is also stated in the currency in which it is due."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "exchange_rate",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("rated_on", sa.Date(), nullable=False),
        sa.Column("base", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.CheckConstraint("base <> quote", name=op.f("ck_exchange_rate_two")),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_exchange_rate_business_id_business")
        ),
        sa.PrimaryKeyConstraint(
            "business_id", "rated_on", "base", "quote", "source", name=op.f("pk_exchange_rate")
        ),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _guard_rows() -> None:
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON exchange_rate TO billhook_app")
    op.execute("GRANT SELECT, INSERT ON exchange_rate TO billhook_keeper")
    op.execute("ALTER TABLE exchange_rate ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE exchange_rate FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY tenant ON exchange_rate TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})"
    )
    op.execute("CREATE POLICY keeper ON exchange_rate TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose the rates; restore a backup instead.")
