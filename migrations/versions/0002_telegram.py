"""Telegram: bound groups, one-time links, languages, rates, receipts, and the job queue on PostgreSQL."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_QUEUE = Path(__file__).with_name("0002_job_queue.sql")
_TROUBLE = sa.text("state <> 'sent'")
_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_QUEUE_TABLES = ("pgqueuer", "pgqueuer_log", "pgqueuer_schedules", "pgqueuer_statistics")


def upgrade() -> None:
    op.create_table(
        "link",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("expires_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_link")),
    )
    op.create_index("ix_link_expires_at", "link", ["expires_at"])
    op.create_table(
        "sender",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False),
        sa.Column("guessed_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_sender")),
    )
    op.create_table(
        "rate_slot",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_slot")),
    )
    op.create_table(
        "receipt",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "payment_id"],
            ["payment.business_id", "payment.id"],
            name=op.f("fk_receipt_business_id_payment_id_payment"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "file_id"],
            ["file.business_id", "file.id"],
            name=op.f("fk_receipt_business_id_file_id_file"),
        ),
        sa.PrimaryKeyConstraint("business_id", "payment_id", "file_id", name=op.f("pk_receipt")),
    )
    # Columns with a default are added in place on both databases: no table is copied.
    op.add_column("chat", sa.Column("business_id", sa.Uuid(), nullable=True))
    op.add_column("chat", sa.Column("shows_data", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("chat", sa.Column("title", sa.Text(), server_default="", nullable=False))
    op.add_column("chat", sa.Column("reachable", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_chat_business_id", "chat", ["business_id"])
    op.add_column("outbox", sa.Column("sender", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("dedupe_key", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("done", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("ref", sa.Text(), server_default="", nullable=False))
    op.add_column("outbox", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("outbox", sa.Column("next_at", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("taken_at", storage.types.UtcDateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("error", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_outbox_dedupe_key", "outbox", ["dedupe_key"], unique=True)
    op.create_index(
        "ix_outbox_trouble", "outbox", ["business_id", "id"], postgresql_where=_TROUBLE, sqlite_where=_TROUBLE
    )
    if op.get_bind().dialect.name == "postgresql":
        _install_queue()
        _guard_rows()


def _install_queue() -> None:
    """Many statements in one text, which only the driver itself takes; still in this transaction."""
    script = _QUEUE.read_text()
    adapted: Any = op.get_bind().connection.dbapi_connection
    adapted.run_async(lambda connection: connection.execute(script))
    for table in _QUEUE_TABLES:
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT USAGE ON SEQUENCE {table}_id_seq TO billhook_app")


def _guard_rows() -> None:
    for table in ("link", "sender", "rate_slot", "receipt"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    op.execute("REVOKE UPDATE, DELETE ON receipt FROM billhook_app")
    op.execute("ALTER TABLE receipt ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE receipt FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON receipt TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})")
    op.execute("CREATE POLICY keeper ON receipt TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose what was sent and to whom; restore a backup instead.")
