"""Quotes, and which invoices go back to one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_INSTANT = storage.types.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "quote",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text()),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        sa.Column("next_at", _INSTANT),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.Column("document", storage.types.Json()),
        sa.CheckConstraint(
            "state IN ('draft', 'open', 'accepted', 'declined', 'withdrawn')", name=op.f("ck_quote_state")
        ),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (document IS NULL)",
            name=op.f("ck_quote_numbered"),
        ),
        _belongs("quote", "client_id", "client"),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_quote")),
        sa.UniqueConstraint("business_id", "number", name=op.f("uq_quote_business_id_number")),
    )
    op.create_index("ix_quote_client", "quote", ["business_id", "client_id", "id"])
    op.create_index("ix_quote_state", "quote", ["business_id", "state", "id"])
    _index("ix_quote_ending", "quote", ["business_id", "valid_until", "id"], "state = 'open'")
    _index("ix_quote_watched", "quote", ["business_id", "next_at", "id"], "next_at IS NOT NULL")
    op.create_table(
        "quote_link",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        _belongs("quote_link", "quote_id", "quote"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_quote_link")),
    )
    op.create_index("ix_quote_link_quote", "quote_link", ["business_id", "quote_id", "created_at"])
    op.add_column("invoice", sa.Column("quote_id", sa.Uuid()))
    _index("ix_invoice_quote", "invoice", ["business_id", "quote_id", "id"], "quote_id IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_business_id_{column}_{to}")
    return sa.ForeignKeyConstraint(["business_id", column], [f"{to}.business_id", f"{to}.id"], name=name)


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _guard_rows() -> None:
    """The pages are found before the business is known, so their rows are not guarded, as those of invoices."""
    for table in ("quote", "quote_link"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    op.execute("ALTER TABLE quote ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE quote FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON quote TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})")
    op.execute("CREATE POLICY keeper ON quote TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose the quotes; restore a backup instead.")
