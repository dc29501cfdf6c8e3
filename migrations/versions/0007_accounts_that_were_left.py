"""Accounts at Stripe that were left while money is under way there, and until when each was asked for its events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = storage.types.UtcDateTime(timezone=True)
_KEY = ["business_id", "account"]
_COLUMNS = "business_id, sealed, account, live, webhook_id, connected_at, left_at"


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.drop_constraint(op.f("pk_pay_account"), "pay_account", type_="primary")
        op.create_primary_key(op.f("pk_pay_account"), "pay_account", _KEY)
    else:
        _copy_accounts()
    connected = sa.text("left_at IS NULL")
    op.create_index(
        "ix_pay_account_connected",
        "pay_account",
        ["business_id"],
        unique=True,
        postgresql_where=connected,
        sqlite_where=connected,
    )
    # Empty is the one that was connected before there could be two.
    for table in ("pay_session", "stripe_event"):
        op.add_column(table, sa.Column("account", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "event_look",
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("whose", name=op.f("pk_event_look")),
    )
    if postgresql:
        op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON event_look TO billhook_app")
        op.execute("GRANT SELECT, INSERT ON event_look TO billhook_keeper")


def _copy_accounts() -> None:
    """SQLite changes a primary key by copying the table; nothing refers to this one."""
    op.rename_table("pay_account", "former_account")
    op.drop_index("ix_pay_account_left_at", "former_account")
    op.create_table(
        "pay_account",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("connected_at", _INSTANT, nullable=False),
        sa.Column("left_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_pay_account_business_id_business")
        ),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_pay_account")),
    )
    op.execute(f"INSERT INTO pay_account ({_COLUMNS}) SELECT {_COLUMNS} FROM former_account")  # noqa: S608
    op.drop_table("former_account")
    op.create_index(
        "ix_pay_account_left_at", "pay_account", ["left_at"], sqlite_where=sa.text("left_at IS NOT NULL")
    )


def downgrade() -> None:
    raise RuntimeError(
        "Going back would lose accounts that money is still coming to; restore a backup instead."
    )
