"""Recurring invoices, and the days of each that were decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_INSTANT = storage.types.UtcDateTime(timezone=True)
_TABLES = ("series", "recurrence_run")


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("next_at", _INSTANT),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'paused', 'ended')", name=op.f("ck_series_state")),
        _belongs("series", "client_id", "client"),
        _belongs("series", "member_id", "member"),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_series")),
    )
    op.create_index("ix_series_client", "series", ["business_id", "client_id"])
    _index("ix_series_due", ["business_id", "next_at", "id"], "state = 'active'")
    _index("ix_series_live", ["business_id", "id"], "state <> 'ended'")
    op.create_table(
        "recurrence_run",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", _INSTANT, nullable=False),
        _belongs("recurrence_run", "series_id", "series"),
        sa.PrimaryKeyConstraint("business_id", "series_id", "period", name=op.f("pk_recurrence_run")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_business_id_{column}_{to}")
    return sa.ForeignKeyConstraint(["business_id", column], [f"{to}.business_id", f"{to}.id"], name=name)


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "series", columns, postgresql_where=sa.text(where), sqlite_where=sa.text(where))


def _guard_rows() -> None:
    for table in _TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})"
        )
        op.execute(f"CREATE POLICY keeper ON {table} TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose what is billed again and again; restore a backup instead.")
