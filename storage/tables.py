"""Every table. Tenant tables carry `business_id` first in each key, and PostgreSQL guards their rows.

The chat tables are read before the business is known, so they stand outside that guard.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.chat_tables import (
    NEW,
    TROUBLE,
    UNASKED,
    WAITING,
    attachment,
    board,
    button,
    chat,
    conversation,
    inbox,
    install_state,
    installation,
    invitation,
    link,
    outbox,
    rate_slot,
    seat,
    sender,
)
from storage.metadata import belongs, metadata, tenant_key
from storage.nag_tables import (
    AWAKE,
    NAG_TABLES,
    UNKEPT,
    UNMADE,
    UNSENT,
    agenda,
    chase,
    digest_run,
    fee_run,
    notice,
    opt_out,
    preference,
    promise,
    reminder,
    reminder_run,
    unsubscribe,
)
from storage.plan_tables import (
    CONNECTED,
    ENDED,
    KNOWN,
    LEFT,
    LIVE,
    PAY_TABLES,
    SOLD,
    TO_END,
    UNAPPLIED,
    UNSETTLED,
    event_look,
    invoice_link,
    invoice_view,
    pay_account,
    pay_session,
    pay_setup,
    plan_change,
    plan_order,
    stripe_event,
    subscription,
    tally,
    usage,
)
from storage.product_tables import product
from storage.series_tables import NOT_OVER, RUNNING, SERIES_TABLES, recurrence_run, series
from storage.types import Json, UtcDateTime

__all__ = [
    "AWAKE",
    "BACK",
    "BOOKED",
    "CONNECTED",
    "DRAFTS",
    "ENDED",
    "ISSUED",
    "KNOWN",
    "LEFT",
    "LIVE",
    "NEW",
    "NOT_OVER",
    "OPEN",
    "PAID",
    "RECEIVED",
    "RUNNING",
    "SOLD",
    "TENANT_TABLES",
    "TO_END",
    "TROUBLE",
    "UNANSWERED",
    "UNAPPLIED",
    "UNASKED",
    "UNKEPT",
    "UNMADE",
    "UNSENT",
    "UNSETTLED",
    "WAITING",
    "agenda",
    "approval",
    "attachment",
    "audit",
    "board",
    "business",
    "button",
    "chase",
    "chat",
    "client",
    "conversation",
    "counter",
    "digest_run",
    "document",
    "event_look",
    "fee_run",
    "file",
    "inbox",
    "install_state",
    "installation",
    "invitation",
    "invoice",
    "invoice_link",
    "invoice_view",
    "link",
    "member",
    "metadata",
    "notice",
    "opt_out",
    "outbox",
    "pay_account",
    "pay_session",
    "pay_setup",
    "payment",
    "plan_change",
    "plan_order",
    "preference",
    "product",
    "promise",
    "rate_slot",
    "receipt",
    "recurrence_run",
    "reminder",
    "reminder_run",
    "seat",
    "sender",
    "series",
    "stripe_event",
    "subscription",
    "tally",
    "unsubscribe",
    "usage",
]

business = sa.Table(
    "business",
    metadata,
    sa.Column("business_id", sa.Uuid, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
)

member = sa.Table(
    "member",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("left_at", UtcDateTime),
    tenant_key("id"),
)

client = sa.Table(
    "client",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    # The name case folded: SQLite's own LIKE folds ASCII only. Bytewise order on both databases, for the pages.
    sa.Column("search", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
    sa.Column("archived_at", UtcDateTime),
    sa.Column("data", Json, nullable=False),
    tenant_key("id"),
    sa.Index("ix_client_live", "business_id", "search", "id", postgresql_where=sa.text("archived_at IS NULL"),
             sqlite_where=sa.text("archived_at IS NULL")),
)  # fmt: skip

OPEN = sa.text("state = 'issued' AND paid_minor < total_minor")
PAID = sa.text("state = 'issued' AND paid_minor >= total_minor")
DRAFTS = sa.text("state = 'draft'")
ISSUED = sa.text("state = 'issued'")

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
    sa.Column("issued_on", sa.Date),
    sa.Column("due_on", sa.Date),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("issued_at", UtcDateTime),
    sa.Column("voided_at", UtcDateTime),
    sa.Column("void_reason", sa.Text, nullable=False),
    # What was typed, and the frozen document it became (docs/decisions/0002).
    sa.Column("draft", Json, nullable=False),
    sa.Column("document", Json),
    tenant_key("id"),
    belongs("client_id", to="client"),
    sa.UniqueConstraint("business_id", "number"),
    sa.CheckConstraint("paid_minor >= 0 AND total_minor >= 0 AND paid_minor <= total_minor", name="sums"),
    sa.CheckConstraint("state IN ('draft', 'issued', 'void')", name="state"),
    sa.CheckConstraint(
        "(state = 'draft') = (number IS NULL) AND (state = 'draft') = (document IS NULL)", name="numbered"
    ),
    sa.Index("ix_invoice_client", "business_id", "client_id", "id"),
    # One index per list a chat shows, so that each page costs the same among 10^2 and 10^6 invoices. The due
    # index also holds what /overdue sums, so that on PostgreSQL the sum never visits the rows.
    sa.Index("ix_invoice_due", "business_id", "due_on", "id", "currency", "total_minor", "paid_minor",
             postgresql_where=OPEN, sqlite_where=OPEN),
    sa.Index("ix_invoice_open", "business_id", "id", postgresql_where=OPEN, sqlite_where=OPEN),
    sa.Index("ix_invoice_paid", "business_id", "id", postgresql_where=PAID, sqlite_where=PAID),
    sa.Index("ix_invoice_drafts", "business_id", "id", postgresql_where=DRAFTS, sqlite_where=DRAFTS),
    sa.Index("ix_invoice_issued", "business_id", "issued_on", "currency", "total_minor", postgresql_where=ISSUED,
             sqlite_where=ISSUED),
)  # fmt: skip

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    tenant_key("series", "period"),
)

RECEIVED = sa.text("reversed_at IS NULL")
BOOKED = sa.text("provider_id <> ''")
BACK = sa.text("refunds_id IS NOT NULL")

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
    # However often the provider tells of it, it is booked once.
    sa.Index("ix_payment_provider", "business_id", "provider_id", unique=True, postgresql_where=BOOKED,
             sqlite_where=BOOKED),
    sa.Index("ix_payment_refunds", "business_id", "refunds_id", postgresql_where=BACK, sqlite_where=BACK),
    sa.Index("ix_payment_invoice", "business_id", "invoice_id", "id"),
    sa.Index("ix_payment_client", "business_id", "client_id", "id"),
    sa.Index("ix_payment_created_at", "business_id", "created_at"),
    sa.Index("ix_payment_received", "business_id", "received_on", "currency", "amount_minor",
             postgresql_where=RECEIVED, sqlite_where=RECEIVED),
)  # fmt: skip

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("member_id", sa.Uuid),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("before", Json),
    sa.Column("undoes", sa.Uuid),
    tenant_key("id"),
    # An entry is undone once, whoever presses first.
    sa.UniqueConstraint("business_id", "undoes"),
    sa.Index("ix_audit_member", "business_id", "member_id", "id"),
    sa.Index("ix_audit_subject", "business_id", "subject_id", "id"),
)

file = sa.Table(
    "file",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    tenant_key("id"),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    tenant_key("invoice_id", "kind"),
    belongs("invoice_id", to="invoice"),
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

UNANSWERED = sa.text("answer = 'open'")

approval = sa.Table(
    "approval",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("invoice_version", sa.Integer, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("decided_by", sa.Uuid),
    sa.Column("reason", sa.Text, nullable=False),
    tenant_key("id"),
    # A request is about one draft: it goes where the draft goes, and who brings that back asks anew.
    belongs("invoice_id", to="invoice", ondelete="CASCADE"),
    belongs("member_id", to="member"),
    belongs("decided_by", to="member"),
    sa.CheckConstraint("answer IN ('open', 'approved', 'refused', 'superseded')", name="answer"),
    sa.Index("ix_approval_invoice", "business_id", "invoice_id"),
    sa.Index("ix_approval_open", "business_id", "invoice_id", unique=True, postgresql_where=UNANSWERED,
             sqlite_where=UNANSWERED),
)  # fmt: skip

TENANT_TABLES = (
    business,
    member,
    client,
    invoice,
    counter,
    payment,
    audit,
    file,
    document,
    receipt,
    approval,
    *NAG_TABLES,
    *PAY_TABLES,
    *SERIES_TABLES,
    product,
)
"""Guarded by row-level security on PostgreSQL; a test fails when a table with `business_id` is missing here."""
