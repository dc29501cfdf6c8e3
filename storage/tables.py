"""Every table. Tenant tables carry `business_id` first in each key, and PostgreSQL guards their rows.

The chat tables at the end are read before the business is known, so they stand outside that guard.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.types import Json, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(*columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("business_id", *columns)


def _belongs(*columns: str, to: str) -> sa.ForeignKeyConstraint:
    """A composite foreign key, so that no row can name another business's row."""
    return sa.ForeignKeyConstraint(
        ["business_id", *columns], [f"{to}.business_id", *(f"{to}.id" for _ in columns)]
    )


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
    _key("id"),
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
    _key("id"),
    sa.Index("ix_client_live", "business_id", "search", "id", postgresql_where=sa.text("archived_at IS NULL"),
             sqlite_where=sa.text("archived_at IS NULL")),
)  # fmt: skip

OPEN = sa.text("state = 'issued' AND paid_minor < total_minor")
PAID = sa.text("state = 'issued' AND paid_minor >= total_minor")
DRAFTS = sa.text("state = 'draft'")

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
    _key("id"),
    _belongs("client_id", to="client"),
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
)  # fmt: skip

counter = sa.Table(
    "counter",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("series", sa.Text, nullable=False),
    sa.Column("period", sa.Text, nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    _key("series", "period"),
)

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
    _key("id"),
    _belongs("client_id", to="client"),
    _belongs("invoice_id", to="invoice"),
    sa.CheckConstraint(
        "amount_minor > 0 AND applied_minor >= 0 AND applied_minor <= amount_minor", name="sums"
    ),
    sa.Index("ix_payment_invoice", "business_id", "invoice_id", "id"),
    sa.Index("ix_payment_client", "business_id", "client_id", "id"),
)

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
    _key("id"),
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
    _key("id"),
)

document = sa.Table(
    "document",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    _key("invoice_id", "kind"),
    _belongs("invoice_id", to="invoice"),
)

receipt = sa.Table(
    "receipt",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("payment_id", sa.Uuid, nullable=False),
    sa.Column("file_id", sa.Uuid, nullable=False),
    _key("payment_id", "file_id"),
    _belongs("payment_id", to="payment"),
    _belongs("file_id", to="file"),
)

TENANT_TABLES = (business, member, client, invoice, counter, payment, audit, file, document, receipt)
"""Guarded by row-level security on PostgreSQL; a test fails when a table with `business_id` is missing here."""

seat = sa.Table(
    "seat",
    metadata,
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.ForeignKeyConstraint(["business_id", "member_id"], ["member.business_id", "member.id"]),
)

invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("invited_by", sa.Uuid, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

link = sa.Table(
    "link",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("argument", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_link_expires_at", "expires_at"),
)

# What a sender chose, and how many codes they guessed wrong since `guessed_at`.
sender = sa.Table(
    "sender",
    metadata,
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("language", sa.Text, nullable=False, server_default=""),
    sa.Column("wrong_codes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("guessed_at", UtcDateTime),
)

chat = sa.Table(
    "chat",
    metadata,
    sa.Column("chat", sa.Text, primary_key=True),
    # What a group works for; a private chat's business is its person's.
    sa.Column("business_id", sa.Uuid),
    sa.Column("shows_data", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("reachable", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Index("ix_chat_business_id", "business_id"),
)

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("chat", sa.Text, primary_key=True),
    sa.Column("sender", sa.Text, primary_key=True),
    sa.Column("frames", Json, nullable=False),
    sa.Column("parked", Json, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_conversation_expires_at", "expires_at"),
)

button = sa.Table(
    "button",
    metadata,
    sa.Column("token", sa.Text, primary_key=True),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("sender", sa.Text, nullable=False),
    sa.Column("outbox_id", sa.Uuid, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("argument", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_button_outbox_id", "outbox_id"),
    sa.Index("ix_button_expires_at", "expires_at"),
)

NEW = sa.text("state = 'new'")

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("update_id", sa.Text, primary_key=True),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('new', 'done', 'failed')", name="state"),
    sa.Index("ix_inbox_received_at", "received_at"),
    sa.Index("ix_inbox_new", "chat", "received_at", postgresql_where=NEW, sqlite_where=NEW),
)

WAITING = sa.text("state IN ('pending', 'sending')")
TROUBLE = sa.text("state <> 'sent'")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("chat", sa.Text, nullable=False),
    sa.Column("business_id", sa.Uuid),
    sa.Column("payload", Json, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("sender", sa.Text, nullable=False, server_default=""),
    sa.Column("dedupe_key", sa.Text),
    # A reply may take several messages: how many of them have arrived, and the platform's name of the newest.
    sa.Column("done", sa.Integer, nullable=False, server_default="0"),
    sa.Column("ref", sa.Text, nullable=False, server_default=""),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("next_at", UtcDateTime),
    sa.Column("taken_at", UtcDateTime),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')", name="state"),
    sa.Index("ix_outbox_chat", "chat", "id"),
    sa.Index("ix_outbox_created_at", "created_at"),
    sa.Index("ix_outbox_waiting", "chat", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    sa.Index("ix_outbox_dedupe_key", "dedupe_key", unique=True),
    sa.Index("ix_outbox_trouble", "business_id", "id", postgresql_where=TROUBLE, sqlite_where=TROUBLE),
)

attachment = sa.Table(
    "attachment",
    metadata,
    sa.Column("outbox_id", sa.Uuid, sa.ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("filename", sa.Text, nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

rate_slot = sa.Table(
    "rate_slot",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    # Seconds since 1970, on which both databases can reckon.
    sa.Column("next_at", sa.Double, nullable=False),
)
