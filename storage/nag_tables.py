"""The tables of digests and reminders: what the clock reads for the whole fleet, and what each business decided."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import ADDRESS, belongs, metadata, tenant_key
from storage.types import Json, UtcDateTime

# -- for the whole fleet, without a word about any client --------------------------------------------

AWAKE = sa.text("woken_at IS NOT NULL")
UNMADE = sa.text("made_at IS NULL")

# One row per business, the only thing that the tick reads (core/agenda.py).
agenda = sa.Table(
    "agenda",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("digest_at", sa.Time, nullable=False),
    sa.Column("digest_days", sa.Text, nullable=False),
    sa.Column("look_at", sa.Time),
    sa.Column("since", sa.Date, nullable=False),
    sa.Column("digest_on", sa.Date),
    sa.Column("looked_on", sa.Date),
    sa.Column("digest_next", UtcDateTime),
    sa.Column("look_next", UtcDateTime),
    # The earlier of the two, and never more than a day ahead: a clock that had jumped is found out by that.
    sa.Column("next_at", UtcDateTime),
    # When its job was enqueued; empty again once everything that was due then is done.
    sa.Column("woken_at", UtcDateTime),
    sa.Index("ix_agenda_next_at", "next_at"),
    sa.Index("ix_agenda_woken_at", "woken_at", postgresql_where=AWAKE, sqlite_where=AWAKE),
)

digest_run = sa.Table(
    "digest_run",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    sa.Column("local_on", sa.Date, primary_key=True),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    sa.Column("made_at", UtcDateTime),
    sa.Index("ix_digest_run_unmade", "business_id", "local_on", postgresql_where=UNMADE, sqlite_where=UNMADE),
    # Rows come in the order of time, so that a summary of each block is index enough for 400 days of them.
    sa.Index("ix_digest_run_decided_at", "decided_at", postgresql_using="brin"),
)

# What the link in a letter names; whoever opens it has no business.
unsubscribe = sa.Table(
    "unsubscribe",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_unsubscribe_expires_at", "expires_at"),
)

# -- of one business ---------------------------------------------------------------------------------

UNSENT = sa.text("state IN ('planned', 'held')")

reminder = sa.Table(
    "reminder",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("tone", sa.Text, nullable=False),
    sa.Column("way", sa.Text, nullable=False),
    sa.Column("decided_on", sa.Date, nullable=False),
    sa.Column("send_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("outbox_id", sa.Uuid),
    tenant_key("id"),
    belongs("client_id", to="client"),
    sa.CheckConstraint("state IN ('planned', 'held', 'sent', 'stopped')", name="state"),
    sa.CheckConstraint("way IN ('mail', 'chat')", name="way"),
    sa.Index("ix_reminder_client", "business_id", "client_id", "id"),
    sa.Index("ix_reminder_unsent", "business_id", "send_at", "id", postgresql_where=UNSENT, sqlite_where=UNSENT),
)  # fmt: skip

# The key is what keeps a step from being decided twice, whoever tries and however often.
reminder_run = sa.Table(
    "reminder_run",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("reminder_id", sa.Uuid, nullable=False),
    sa.Column("balance_minor", sa.BigInteger, nullable=False),
    tenant_key("invoice_id", "step"),
    belongs("invoice_id", to="invoice"),
    belongs("reminder_id", to="reminder"),
    sa.Index("ix_reminder_run_reminder", "business_id", "reminder_id", "invoice_id"),
)

# What was said about one invoice goes where a draft goes; an issued invoice stays for ever.
chase = sa.Table(
    "chase",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("delivered_on", sa.Date),
    sa.Column("stopped", sa.Boolean, nullable=False),
    sa.Column("snoozed_until", sa.Date),
    sa.Column("steps", Json),
    tenant_key("invoice_id"),
    belongs("invoice_id", to="invoice", ondelete="CASCADE"),
)

UNKEPT = sa.text("kept = 'open'")

# A client that was added by mistake is removed together with what it promised.
promise = sa.Table(
    "promise",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("client_id", sa.Uuid, nullable=False),
    sa.Column("promised_on", sa.Date, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Column("kept", sa.Text, nullable=False),
    tenant_key("id"),
    belongs("client_id", to="client", ondelete="CASCADE"),
    sa.CheckConstraint("kept IN ('open', 'kept', 'broken', 'withdrawn')", name="kept"),
    sa.Index("ix_promise_client", "business_id", "client_id", "kept"),
    sa.Index("ix_promise_open", "business_id", "client_id", unique=True, postgresql_where=UNKEPT,
             sqlite_where=UNKEPT),
    sa.Index("ix_promise_promised_on", "business_id", "promised_on", "id", postgresql_where=UNKEPT,
             sqlite_where=UNKEPT),
)  # fmt: skip

fee_run = sa.Table(
    "fee_run",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("fee_invoice_id", sa.Uuid, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("accrued_to", sa.Date),
    tenant_key("invoice_id", "step"),
    belongs("invoice_id", to="invoice"),
    belongs("fee_invoice_id", to="invoice"),
    sa.Index("ix_fee_run_fee_invoice", "business_id", "fee_invoice_id"),
)

# What nobody asked for and what has to wait. In the outbox it would hold back the answers behind it.
notice = sa.Table(
    "notice",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("chat", ADDRESS, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("payload", Json, nullable=False),
    tenant_key("id"),
    sa.Index("ix_notice_due_at", "business_id", "due_at", "id"),
)

preference = sa.Table(
    "preference",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("data", Json, nullable=False),
    tenant_key("subject"),
)

opt_out = sa.Table(
    "opt_out",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("opted_at", UtcDateTime, nullable=False),
    tenant_key("email"),
)

NAG_TABLES = (reminder, reminder_run, chase, promise, fee_run, notice, preference, opt_out)
"""Those of one business."""
