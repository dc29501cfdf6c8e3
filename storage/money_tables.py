"""The tables of money: invoices, credit notes, payments, their numbers and the files made of them."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import belongs, metadata, tenant_key
from storage.types import Json, UtcDateTime

# SQLite turns a comparison whose left side is no column around, and then finds no index with this condition.
OPEN = sa.text("state = 'issued' AND total_minor > paid_minor + credited_minor")
PAID = sa.text("state = 'issued' AND total_minor <= paid_minor + credited_minor")
DRAFTS = sa.text("state = 'draft'")
QUOTED = sa.text("quote_id IS NOT NULL")
# Imported ones were revenue of the books they came from.
ISSUED = sa.text("state = 'issued' AND NOT imported")

invoice = sa.Table(
    "invoice",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("number", sa.Text),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("paid_minor", sa.BigInteger, nullable=False),
    sa.Column("credited_minor", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    sa.Column("issued_on", sa.Date),
    sa.Column("due_on", sa.Date),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("issued_at", UtcDateTime),
    sa.Column("voided_at", UtcDateTime),
    sa.Column("void_reason", sa.Text, nullable=False),
    # What was typed, and the frozen document it became (docs/decisions/0002).
    sa.Column("draft", Json, nullable=False),
    sa.Column("document", Json),
    # A quote of which something was billed stays for good, so nothing has to hold it.
    sa.Column("quote_id", sa.Uuid),
    sa.Column("imported", sa.Boolean, nullable=False, server_default=sa.false()),
    tenant_key("id"),
    belongs("client_id", to="client"),
    sa.UniqueConstraint("business_id", "number"),
    sa.CheckConstraint("paid_minor >= 0 AND total_minor >= 0 AND paid_minor <= total_minor", name="sums"),
    # Apart from the sums, because SQLite takes a new check with a new column only.
    sa.CheckConstraint("credited_minor >= 0 AND paid_minor + credited_minor <= total_minor", name="credits"),
    sa.CheckConstraint("state IN ('draft', 'issued', 'void')", name="state"),
    sa.CheckConstraint(
        "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (document IS NULL)", name="numbered"
    ),
    sa.Index("ix_invoice_client", "business_id", "client_id", "id"),
    sa.Index("ix_invoice_quote", "business_id", "quote_id", "id", postgresql_where=QUOTED, sqlite_where=QUOTED),
    # One index per list a chat shows, so that each page costs the same among 10^2 and 10^6 invoices. The due
    # index also holds what /overdue sums, so that on PostgreSQL the sum never visits the rows.
    sa.Index("ix_invoice_due", "business_id", "due_on", "id", "currency", "total_minor", "paid_minor",
             "credited_minor", postgresql_where=OPEN, sqlite_where=OPEN),
    sa.Index("ix_invoice_open", "business_id", "id", postgresql_where=OPEN, sqlite_where=OPEN),
    sa.Index("ix_invoice_paid", "business_id", "id", postgresql_where=PAID, sqlite_where=PAID),
    sa.Index("ix_invoice_drafts", "business_id", "id", postgresql_where=DRAFTS, sqlite_where=DRAFTS),
    sa.Index("ix_invoice_issued", "business_id", "issued_on", "currency", "total_minor", postgresql_where=ISSUED,
             sqlite_where=ISSUED),
)  # fmt: skip

OWED_MINOR = invoice.c.total_minor - invoice.c.paid_minor - invoice.c.credited_minor

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    tenant_key("series", "period"),
)

# Credit that moves from one invoice to another is no money that came in.
RECEIVED = sa.text("reversed_at IS NULL AND move_id IS NULL")
BOOKED = sa.text("provider_id <> ''")
BACK = sa.text("refunds_id IS NOT NULL")
CREDITED = sa.text("amount_minor <> applied_minor AND reversed_at IS NULL")
DISCOUNTED = sa.text("discount_minor > 0 AND reversed_at IS NULL")
MOVED = sa.text("move_id IS NOT NULL")

# Money that went back is a row below zero that names the payment it came from.
payment = sa.Table(
    "payment",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("applied_minor", sa.BigInteger, nullable=False),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("reversed_at", UtcDateTime),
    sa.Column("provider_id", sa.Text, nullable=False, server_default=""),
    sa.Column("refunds_id", sa.Uuid),
    # The entries by which credit moved from one invoice to another share it.
    sa.Column("move_id", sa.Uuid),
    # Forgiven because it came early; no money, and part of what the invoice has as credited.
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    tenant_key("id"),
    belongs("client_id", to="client"),
    belongs("invoice_id", to="invoice"),
    belongs("refunds_id", to="payment"),
    sa.CheckConstraint(
        "(amount_minor > 0 AND applied_minor >= 0 AND applied_minor <= amount_minor)"
        " OR (amount_minor < 0 AND applied_minor <= 0 AND applied_minor >= amount_minor)",
        name="sums",
    ),
    sa.CheckConstraint("amount_minor > 0 OR refunds_id IS NOT NULL", name="refunds"),
    sa.CheckConstraint("discount_minor >= 0", name="discount"),
    # However often the provider tells of it, it is booked once.
    sa.Index("ix_payment_provider", "business_id", "provider_id", unique=True, postgresql_where=BOOKED,
             sqlite_where=BOOKED),
    sa.Index("ix_payment_refunds", "business_id", "refunds_id", postgresql_where=BACK, sqlite_where=BACK),
    sa.Index("ix_payment_credited", "business_id", "client_id", postgresql_where=CREDITED, sqlite_where=CREDITED),
    sa.Index("ix_payment_move", "business_id", "move_id", postgresql_where=MOVED, sqlite_where=MOVED),
    sa.Index("ix_payment_invoice", "business_id", "invoice_id", "id"),
    sa.Index("ix_payment_client", "business_id", "client_id", "id"),
    sa.Index("ix_payment_created_at", "business_id", "created_at"),
    sa.Index("ix_payment_received", "business_id", "received_on", "currency", "amount_minor",
             postgresql_where=RECEIVED, sqlite_where=RECEIVED),
    sa.Index("ix_payment_discount", "business_id", "received_on", postgresql_where=DISCOUNTED,
             sqlite_where=DISCOUNTED),
)  # fmt: skip

STANDING = sa.text("voided_at IS NULL")

credit_note = sa.Table(
    "credit_note",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("issued_on", sa.Date, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("voided_at", UtcDateTime),
    sa.Column("void_reason", sa.Text, nullable=False),
    sa.Column("document", Json, nullable=False),
    tenant_key("id"),
    belongs("client_id", to="client"),
    belongs("invoice_id", to="invoice"),
    sa.UniqueConstraint("business_id", "number"),
    sa.CheckConstraint("total_minor > 0", name="total"),
    sa.Index("ix_credit_note_client", "business_id", "client_id", "id"),
    sa.Index("ix_credit_note_invoice", "business_id", "invoice_id", "id"),
    sa.Index("ix_credit_note_issued", "business_id", "issued_on", "currency", "total_minor",
             postgresql_where=STANDING, sqlite_where=STANDING),
)  # fmt: skip

# The subject is an invoice, a credit note or a quote: one key cannot lead to three tables.
document = sa.Table(
    "document",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    tenant_key("subject_id", "kind"),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("payment_id", sa.Uuid, nullable=False),
    sa.Column("file_id", sa.Uuid, nullable=False),
    tenant_key("payment_id", "file_id"),
    belongs("payment_id", to="payment"),
    belongs("file_id", to="file"),
)

MONEY_TABLES = (invoice, counter, payment, credit_note, document, receipt)
