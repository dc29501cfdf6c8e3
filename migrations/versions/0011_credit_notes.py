"""Credit notes, credit that moves between invoices, and files that belong to more than invoices."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TENANT = "business_id = nullif(current_setting('app.business', true), '')::uuid"
_INSTANT = storage.types.UtcDateTime(timezone=True)
_OPEN = "state = 'issued' AND total_minor > paid_minor + credited_minor"
_SETTLED = "state = 'issued' AND total_minor <= paid_minor + credited_minor"
_CREDITS = "credited_minor >= 0 AND paid_minor + credited_minor <= total_minor"


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    _lower_invoices(postgresql)
    _move_credit()
    _add_credit_notes()
    _free_documents(postgresql)
    if postgresql:
        _guard_rows("credit_note")


def _lower_invoices(postgresql: bool) -> None:
    credited = sa.Column("credited_minor", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    if postgresql:
        op.add_column("invoice", credited)
        op.create_check_constraint(op.f("ck_invoice_credits"), "invoice", _CREDITS)
    else:
        # Copying the table would take along what names its rows; a new column may bring a check with it.
        op.execute(
            "ALTER TABLE invoice ADD COLUMN credited_minor BIGINT DEFAULT 0 NOT NULL "
            f"CONSTRAINT ck_invoice_credits CHECK ({_CREDITS})"
        )
    for name in ("due", "open", "paid"):
        op.drop_index(f"ix_invoice_{name}", "invoice")
    due = ["business_id", "due_on", "id", "currency", "total_minor", "paid_minor", "credited_minor"]
    _index("ix_invoice_due", "invoice", due, _OPEN)
    _index("ix_invoice_open", "invoice", ["business_id", "id"], _OPEN)
    _index("ix_invoice_paid", "invoice", ["business_id", "id"], _SETTLED)


def _move_credit() -> None:
    op.add_column("payment", sa.Column("move_id", sa.Uuid(), nullable=True))
    op.drop_index("ix_payment_received", "payment")
    received = ["business_id", "received_on", "currency", "amount_minor"]
    _index("ix_payment_received", "payment", received, "reversed_at IS NULL AND move_id IS NULL")
    credited = "amount_minor <> applied_minor AND reversed_at IS NULL"
    _index("ix_payment_credited", "payment", ["business_id", "client_id"], credited)
    _index("ix_payment_move", "payment", ["business_id", "move_id"], "move_id IS NOT NULL")


def _add_credit_notes() -> None:
    op.create_table(
        "credit_note",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voided_at", _INSTANT, nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=False),
        sa.Column("document", storage.types.Json(), nullable=False),
        sa.CheckConstraint("total_minor > 0", name=op.f("ck_credit_note_total")),
        _belongs("credit_note", "client_id", "client"),
        _belongs("credit_note", "invoice_id", "invoice"),
        sa.PrimaryKeyConstraint("business_id", "id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("business_id", "number", name=op.f("uq_credit_note_business_id_number")),
    )
    _index("ix_credit_note_client", "credit_note", ["business_id", "client_id", "id"])
    _index("ix_credit_note_invoice", "credit_note", ["business_id", "invoice_id", "id"])
    issued = ["business_id", "issued_on", "currency", "total_minor"]
    _index("ix_credit_note_issued", "credit_note", issued, "voided_at IS NULL")


def _free_documents(postgresql: bool) -> None:
    """The subject is an invoice no more, so the key to invoices goes."""
    if postgresql:
        op.drop_constraint(op.f("fk_document_business_id_invoice_id_invoice"), "document", type_="foreignkey")
        op.alter_column("document", "invoice_id", new_column_name="subject_id")
        op.create_foreign_key(
            op.f("fk_document_business_id_business"), "document", "business", ["business_id"], ["business_id"]
        )
        return
    op.rename_table("document", "kept_document")
    op.create_table(
        "document",
        sa.Column("business_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["business_id"], ["business.business_id"], name=op.f("fk_document_business_id_business")
        ),
        sa.PrimaryKeyConstraint("business_id", "subject_id", "kind", name=op.f("pk_document")),
    )
    op.execute(
        "INSERT INTO document SELECT business_id, invoice_id, kind, sha256, content FROM kept_document"
    )
    op.drop_table("kept_document")


def _index(name: str, table: str, columns: list[str], where: str = "") -> None:
    options: dict[str, Any] = {}
    if where:
        options = {"postgresql_where": sa.text(where), "sqlite_where": sa.text(where)}
    op.create_index(name, table, columns, **options)


def _belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_business_id_{column}_{to}")
    return sa.ForeignKeyConstraint(["business_id", column], [f"{to}.business_id", f"{to}.id"], name=name)


def _guard_rows(table: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO billhook_app")
    op.execute(f"GRANT SELECT, INSERT ON {table} TO billhook_keeper")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} TO billhook_app USING ({_TENANT}) WITH CHECK ({_TENANT})")
    op.execute(f"CREATE POLICY keeper ON {table} TO billhook_keeper USING (true) WITH CHECK (true)")


def downgrade() -> None:
    raise RuntimeError("Going back would lose what was credited; restore a backup instead.")
