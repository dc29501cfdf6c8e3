"""Products, by which lines are written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"


def upgrade() -> None:
    key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "product",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search", key, nullable=False),
        sa.Column("code", key, nullable=False),
        sa.Column("archived_at", storage.types.UtcDateTime(timezone=True)),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_product_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_product")),
    )
    _index("ix_product_live", ["business_id", "search", "id"], "archived_at IS NULL")
    _index("ix_product_code", ["business_id", "code"], "archived_at IS NULL AND code <> ''")
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "product", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _guard_rows() -> None:
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON product TO billhook_app")
    op.execute("GRANT SELECT, INSERT ON product TO billhook_keeper")
    op.execute("ALTER TABLE product ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE product FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON product TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})")
    op.execute("CREATE POLICY keeper ON product TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose the products; restore a backup instead.")
