"""The first release: every table, and on PostgreSQL the roles and policies that keep tenants apart."""

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "business",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.PrimaryKeyConstraint("business_id", name=op.f("pk_business")),
    )
    op.create_table(
        "button",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("expires_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_button")),
    )
    with op.batch_alter_table("button", schema=None) as batch_op:
        batch_op.create_index("ix_button_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_button_outbox_id", ["outbox_id"], unique=False)

    op.create_table(
        "chat",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chat", name=op.f("pk_chat")),
    )
    op.create_table(
        "conversation",
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("frames", storage.types.Json(), nullable=False),
        sa.Column("parked", storage.types.Json(), nullable=False),
        sa.Column("expires_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("chat", "sender", name=op.f("pk_conversation")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.create_index("ix_conversation_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "inbox",
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("update_id", sa.Text(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("payload", storage.types.Json(), nullable=False),
        sa.Column("received_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'done', 'failed')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("platform", "update_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)
        batch_op.create_index(
            "ix_inbox_new",
            ["chat", "received_at"],
            unique=False,
            postgresql_where=sa.text("state = 'new'"),
            sqlite_where=sa.text("state = 'new'"),
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("chat", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=True),
        sa.Column("payload", storage.types.Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')", name=op.f("ck_outbox_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_chat", ["chat", "id"], unique=False)
        batch_op.create_index("ix_outbox_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["chat", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('pending', 'sending')"),
            sqlite_where=sa.text("state IN ('pending', 'sending')"),
        )

    op.create_table(
        "attachment",
        sa.Column("outbox_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_attachment_outbox_id_outbox"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox_id", "position", name=op.f("pk_attachment")),
    )
    op.create_table(
        "audit",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", storage.types.Json(), nullable=True),
        sa.Column("undoes", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_audit_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_audit")),
        sa.UniqueConstraint("business_id", "undoes", name=op.f("uq_audit_business_id_undoes")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_member", ["business_id", "member_id", "id"], unique=False)
        batch_op.create_index("ix_audit_subject", ["business_id", "subject_id", "id"], unique=False)

    op.create_table(
        "client",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("archived_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("data", storage.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_client_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_client")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(
            "ix_client_live",
            ["business_id", "search", "id"],
            unique=False,
            postgresql_where=sa.text("archived_at IS NULL"),
            sqlite_where=sa.text("archived_at IS NULL"),
        )

    op.create_table(
        "counter",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_counter_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "series", "period", name=op.f("pk_counter")),
    )
    op.create_table(
        "file",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_file_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_file")),
    )
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_invitation_business_id_business")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_invitation")),
    )
    op.create_table(
        "member",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_member_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_member")),
    )
    op.create_table(
        "invoice",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("issued_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("voided_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("draft", storage.types.Json(), nullable=False),
        sa.Column("document", storage.types.Json(), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (document IS NULL)",
            name=op.f("ck_invoice_numbered"),
        ),
        sa.CheckConstraint("state IN ('draft', 'issued', 'void')", name=op.f("ck_invoice_state")),
        sa.CheckConstraint(
            "paid_minor >= 0 AND total_minor >= 0 AND paid_minor <= total_minor", name=op.f("ck_invoice_sums")
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "client_id"],
            ["client.business_id", "client.id"],
            name=op.f("fk_invoice_business_id_client_id_client"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("business_id", "number", name=op.f("uq_invoice_business_id_number")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_client", ["business_id", "client_id", "id"], unique=False)
        batch_op.create_index(
            "ix_invoice_drafts",
            ["business_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'draft'"),
            sqlite_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "ix_invoice_due",
            ["business_id", "due_on", "id", "currency", "total_minor", "paid_minor"],
            unique=False,
            postgresql_where=sa.text("state = 'issued' AND paid_minor < total_minor"),
            sqlite_where=sa.text("state = 'issued' AND paid_minor < total_minor"),
        )
        batch_op.create_index(
            "ix_invoice_open",
            ["business_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'issued' AND paid_minor < total_minor"),
            sqlite_where=sa.text("state = 'issued' AND paid_minor < total_minor"),
        )
        batch_op.create_index(
            "ix_invoice_paid",
            ["business_id", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'issued' AND paid_minor >= total_minor"),
            sqlite_where=sa.text("state = 'issued' AND paid_minor >= total_minor"),
        )

    op.create_table(
        "seat",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "member_id"],
            ["member.business_id", "member.id"],
            name=op.f("fk_seat_business_id_member_id_member"),
        ),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_seat")),
    )
    op.create_table(
        "document",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id", "invoice_id"],
            ["invoice.business_id", "invoice.id"],
            name=op.f("fk_document_business_id_invoice_id_invoice"),
        ),
        sa.PrimaryKeyConstraint("business_id", "invoice_id", "kind", name=op.f("pk_document")),
    )
    op.create_table(
        "payment",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("applied_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("created_at", storage.types.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reversed_at", storage.types.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "amount_minor > 0 AND applied_minor >= 0 AND applied_minor <= amount_minor",
            name=op.f("ck_payment_sums"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "client_id"],
            ["client.business_id", "client.id"],
            name=op.f("fk_payment_business_id_client_id_client"),
        ),
        sa.ForeignKeyConstraint(
            ["business_id", "invoice_id"],
            ["invoice.business_id", "invoice.id"],
            name=op.f("fk_payment_business_id_invoice_id_invoice"),
        ),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_client", ["business_id", "client_id", "id"], unique=False)
        batch_op.create_index("ix_payment_invoice", ["business_id", "invoice_id", "id"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        _guard_rows()


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first release; restore a backup instead.")


_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_TENANT_TABLES = (
    "business",
    "member",
    "client",
    "invoice",
    "counter",
    "payment",
    "audit",
    "file",
    "document",
)
_CHAT_TABLES = (
    "seat", "invitation", "chat", "conversation", "button", "inbox", "outbox", "attachment",
)  # fmt: skip


def _guard_rows() -> None:
    """Two roles without login: the application sees one business at a time, the keeper (backup) all of them.

    Neither owns a table, so row-level security binds them; FORCE binds the owner as well.
    """
    for role in ("billhook_app", "billhook_keeper"):
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; "
            f"END $$"
        )
        op.execute(f"GRANT {role} TO CURRENT_USER")
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    for table in (*_TENANT_TABLES, *_CHAT_TABLES):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
        op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    # The audit trail and kept documents are written once.
    for table in ("audit", "document", "file"):
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM billhook_app")
    op.execute("GRANT SELECT ON alembic_version TO billhook_app, billhook_keeper")
    for table in _TENANT_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY tenant ON {table} TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})"
        )
        op.execute(f"CREATE POLICY keeper ON {table} TO billhook_keeper USING (true) WITH CHECK (true)")
