"""Slack: a sender's seat in each business, workspaces that let us in, standing overviews, and approvals."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_UNANSWERED = sa.text("answer = 'open'")
_INSTANT = storage.types.UtcDateTime(timezone=True)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ADDRESSES = (("seat", "sender"), ("chat", "chat"), ("inbox", "chat"), ("outbox", "chat"))
_TABLES = ("installation", "install_state", "board", "approval")


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        # In the language's own order a workspace's addresses are no range; SQLite's order is bytewise anyway.
        for table, column in _ADDRESSES:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE text COLLATE "C"')
    _seat_in_each_business()
    op.add_column("invitation", sa.Column("member_id", sa.Uuid(), nullable=True))
    op.add_column("chat", sa.Column("client_id", sa.Uuid(), nullable=True))
    _add_chat_tables()
    _add_approvals()
    if postgresql:
        _guard_rows()


def _seat_in_each_business() -> None:
    op.add_column("seat", sa.Column("chosen_at", _INSTANT, nullable=True))
    seat = sa.table("seat", sa.column("chosen_at", _INSTANT))
    op.execute(sa.update(seat).values(chosen_at=_LONG_AGO))
    with op.batch_alter_table("seat") as batch_op:
        batch_op.alter_column("chosen_at", existing_type=_INSTANT, nullable=False)
        batch_op.drop_constraint("pk_seat", type_="primary")
        batch_op.create_primary_key("pk_seat", ["sender", "business_id"])
    op.create_index("ix_seat_member", "seat", ["business_id", "member_id"])


def _add_chat_tables() -> None:
    op.create_table(
        "installation",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("bot_user", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("installed_by", sa.Text(), nullable=False),
        sa.Column("installed_at", _INSTANT, nullable=False),
        sa.Column("revoked_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("platform", "tenant", name=op.f("pk_installation")),
    )
    op.create_table(
        "install_state",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_install_state")),
    )
    op.create_index("ix_install_state_expires_at", "install_state", ["expires_at"])
    op.create_table(
        "board",
        sa.Column("chat", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_board_business_id_business")
        ),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_board")),
    )
    op.create_index("ix_board_business", "board", ["business_id", "seen_at"])
    op.create_index("ix_board_seen_at", "board", ["seen_at"])
    op.create_index("ix_board_sender", "board", ["sender"])


def _add_approvals() -> None:
    op.create_table(
        "approval",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_version", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('open', 'approved', 'refused', 'superseded')", name=op.f("ck_approval_answer")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "invoice_id"],
            ["invoice.business_id", "invoice.id"],
            name=op.f("fk_approval_business_id_invoice_id_invoice"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "member_id"],
            ["member.business_id", "member.id"],
            name=op.f("fk_approval_business_id_member_id_member"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "decided_by"],
            ["member.business_id", "member.id"],
            name=op.f("fk_approval_business_id_decided_by_member"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_invoice", "approval", ["business_id", "invoice_id"])
    op.create_index(
        "ix_approval_open",
        "approval",
        ["business_id", "invoice_id"],
        unique=True,
        postgresql_where=_UNANSWERED,
        sqlite_where=_UNANSWERED,
    )


def _guard_rows() -> None:
    for table in _TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    op.execute("ALTER TABLE approval ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE approval FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON approval TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})")
    op.execute("CREATE POLICY keeper ON approval TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose seats and workspaces; restore a backup instead.")
