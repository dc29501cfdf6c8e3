"""The tables of plans and online payments: what a business bought from us, and what its clients pay it online."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import ADDRESS, belongs, metadata, tenant_key
from storage.types import UtcDateTime

# -- for the whole fleet, without a word about any client --------------------------------------------

SOLD = sa.text("customer <> ''")
UNAPPLIED = sa.text("applied_at IS NULL AND failed_at IS NULL")
LEFT = sa.text("left_at IS NOT NULL")
CONNECTED = sa.text("left_at IS NULL")
UNSETTLED = sa.text("state = 'open'")

subscription = sa.Table(
    "subscription",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("standing", sa.Text, nullable=False),
    sa.Column("yearly", sa.Boolean, nullable=False),
    sa.Column("currency", sa.Text),
    sa.Column("price_minor", sa.BigInteger),
    sa.Column("renews_at", UtcDateTime),
    sa.Column("trial_ends_at", UtcDateTime),
    sa.Column("ends_at", UtcDateTime),
    sa.Column("past_due_since", UtcDateTime),
    sa.Column("trialed", sa.Boolean, nullable=False),
    sa.Column("customer", sa.Text, nullable=False),
    sa.Column("provider_id", sa.Text, nullable=False),
    # What its members were told last about it (core/plan_news.py).
    sa.Column("told", sa.Text, nullable=False),
    sa.CheckConstraint("(currency IS NULL) = (price_minor IS NULL)", name="price"),
    # What the provider tells of a customer changes one business.
    sa.Index("ix_subscription_customer", "customer", unique=True, postgresql_where=SOLD, sqlite_where=SOLD),
)

# A row each time that the plan or its standing changed, under the version that it became.
plan_change = sa.Table(
    "plan_change",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("plan_from", sa.Text, nullable=False),
    sa.Column("plan_to", sa.Text, nullable=False),
    sa.Column("standing_from", sa.Text, nullable=False),
    sa.Column("standing_to", sa.Text, nullable=False),
    sa.Index("ix_plan_change_at", "at"),
)

usage = sa.Table(
    "usage",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    sa.Column("meter", sa.Text, primary_key=True),
    sa.Column("period", sa.Text, primary_key=True),
    sa.Column("used", sa.Integer, nullable=False),
    sa.Column("warned", sa.Boolean, nullable=False),
    sa.Column("full_count", sa.Integer, nullable=False),
    sa.CheckConstraint("used >= 0", name="used"),
    sa.Index("ix_usage_period", "period", "meter"),
)

# Read for all businesses at once when the job of an order was lost.
plan_order = sa.Table(
    "plan_order",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.Column("chat", ADDRESS, nullable=False),
    sa.Column("sender", ADDRESS, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("yearly", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    tenant_key("id"),
    belongs("member_id", to="member"),
    sa.CheckConstraint("kind IN ('upgrade', 'portal', 'cancel', 'resume')", name="kind"),
    sa.CheckConstraint("state IN ('open', 'done', 'failed')", name="state"),
    sa.Index("ix_plan_order_open", "created_at", postgresql_where=UNSETTLED, sqlite_where=UNSETTLED),
    sa.Index("ix_plan_order_created_at", "created_at", postgresql_using="brin"),
)

stripe_event = sa.Table(
    "stripe_event",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("object_id", sa.Text, nullable=False),
    # Whose own account it happened in; empty for ours.
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id")),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("stored_at", UtcDateTime, nullable=False),
    sa.Column("applied_at", UtcDateTime),
    sa.Column("failed_at", UtcDateTime),
    sa.Column("error", sa.Text, nullable=False),
    # The provider's name of the business's account; empty for ours.
    sa.Column("account", sa.Text, nullable=False, server_default=""),
    sa.Index("ix_stripe_event_unapplied", "stored_at", "id", postgresql_where=UNAPPLIED, sqlite_where=UNAPPLIED),
    sa.Index("ix_stripe_event_business", "business_id", "created_at"),
    sa.Index("ix_stripe_event_stored_at", "stored_at", postgresql_using="brin"),
)  # fmt: skip

# Until when an account was asked for its events: `business account`, or nothing for our own.
event_look = sa.Table(
    "event_look",
    metadata,
    sa.Column("whose", sa.Text, primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False),
)

# Whoever opens a hosted page has no business.
invoice_link = sa.Table(
    "invoice_link",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
    # For the business to look at its page itself: who does has not seen it for the client.
    sa.Column("own", sa.Boolean, server_default=sa.false(), nullable=False),
    belongs("invoice_id", to="invoice"),
    sa.Index("ix_invoice_link_invoice", "business_id", "invoice_id", "created_at"),
    sa.Index("ix_invoice_link_revoked_at", "revoked_at", postgresql_where=sa.text("revoked_at IS NOT NULL"),
             sqlite_where=sa.text("revoked_at IS NOT NULL")),
)  # fmt: skip

pay_account = sa.Table(
    "pay_account",
    metadata,
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), primary_key=True),
    # The key and the webhook's secrets, encrypted (storage/vault.py).
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("account", sa.Text, primary_key=True),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("webhook_id", sa.Text, nullable=False),
    sa.Column("connected_at", UtcDateTime, nullable=False),
    # Disconnected here; the key is kept until no money is under way, and the provider was told.
    sa.Column("left_at", UtcDateTime),
    sa.Index("ix_pay_account_connected", "business_id", unique=True, postgresql_where=CONNECTED,
             sqlite_where=CONNECTED),
    sa.Index("ix_pay_account_left_at", "left_at", postgresql_where=LEFT, sqlite_where=LEFT),
)  # fmt: skip

pay_setup = sa.Table(
    "pay_setup",
    metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("member_id", sa.Uuid, nullable=False),
    sa.Column("chat", ADDRESS, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    belongs("member_id", to="member"),
    sa.Index("ix_pay_setup_expires_at", "expires_at"),
)

# What every process counted, added up for the operator's numbers.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("labels", sa.Text, primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
)

# -- of one business ---------------------------------------------------------------------------------

LIVE = sa.text("state IN ('opening', 'open')")
KNOWN = sa.text("provider_id <> ''")
TO_END = sa.text("to_end OR state IN ('opening', 'open')")
ENDED = sa.text("state = 'ended' AND NOT to_end")

pay_session = sa.Table(
    "pay_session",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("currency", sa.Text, nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    # Over for us, and the provider has yet to be told.
    sa.Column("to_end", sa.Boolean, nullable=False),
    sa.Column("provider_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    # In which of the business's accounts it was opened, by the provider's name.
    sa.Column("account", sa.Text, nullable=False, server_default=""),
    # What is forgiven when it is paid; amount and discount are the balance that it was opened for.
    sa.Column("discount_minor", sa.BigInteger, nullable=False, server_default=sa.text("0")),
    tenant_key("id"),
    belongs("invoice_id", to="invoice"),
    sa.CheckConstraint("discount_minor >= 0", name="discount"),
    sa.CheckConstraint("state IN ('opening', 'open', 'paid', 'ended')", name="state"),
    sa.CheckConstraint("amount_minor > 0", name="amount"),
    # However many press Pay, on however many pages: one checkout at a time.
    sa.Index("ix_pay_session_live", "business_id", "invoice_id", unique=True, postgresql_where=LIVE,
             sqlite_where=LIVE),
    sa.Index("ix_pay_session_provider", "business_id", "provider_id", unique=True, postgresql_where=KNOWN,
             sqlite_where=KNOWN),
    sa.Index("ix_pay_session_to_end", "business_id", "id", postgresql_where=TO_END, sqlite_where=TO_END),
    sa.Index("ix_pay_session_ended", "business_id", "created_at", postgresql_where=ENDED, sqlite_where=ENDED),
)  # fmt: skip

invoice_view = sa.Table(
    "invoice_view",
    metadata,
    sa.Column("business_id", sa.Uuid, nullable=False),
    sa.Column("invoice_id", sa.Uuid, nullable=False),
    sa.Column("first_at", UtcDateTime, nullable=False),
    tenant_key("invoice_id"),
    belongs("invoice_id", to="invoice"),
)

PAY_TABLES = (pay_session, invoice_view)
"""Those of one business."""
