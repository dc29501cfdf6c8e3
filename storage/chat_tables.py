"""The tables that are read before the business is known: chats, senders, what comes in and what goes out."""

from __future__ import annotations

import sqlalchemy as sa

from storage.metadata import ADDRESS, metadata
from storage.types import Json, UtcDateTime

seat = sa.Table(
    "seat",
    metadata,
    sa.Column("sender", ADDRESS, primary_key=True),
    sa.Column("business_id", sa.Uuid, primary_key=True),
    sa.Column("member_id", sa.Uuid, nullable=False),
    # Of several seats, a sender speaks from the one that was taken last.
    sa.Column("chosen_at", UtcDateTime, nullable=False),
    sa.ForeignKeyConstraint(["business_id", "member_id"], ["member.business_id", "member.id"]),
    sa.Index("ix_seat_member", "business_id", "member_id"),
)

invitation = sa.Table(
    "invitation",
    metadata,
    sa.Column("code_hash", sa.Text, primary_key=True),
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id"), nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("invited_by", sa.Uuid, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("member_id", sa.Uuid),
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
    sa.Column("chat", ADDRESS, primary_key=True),
    # What a group works for, and whom it is about; a private chat's business is its person's.
    sa.Column("business_id", sa.Uuid),
    sa.Column("client_id", sa.Uuid),
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
    sa.Column("chat", ADDRESS, nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reference", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('new', 'done', 'failed')", name="state"),
    sa.Index("ix_inbox_received_at", "received_at"),
    sa.Index("ix_inbox_new", "chat", "received_at", postgresql_where=NEW, sqlite_where=NEW),
)

WAITING = sa.text("state IN ('pending', 'sending')")
TROUBLE = sa.text("state NOT IN ('sent', 'cancelled')")
UNASKED = sa.text("kind <> ''")

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("chat", ADDRESS, nullable=False),
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
    # What it is where nobody asked for it, what it is about, and how often it was sent again by itself.
    sa.Column("kind", sa.Text, nullable=False, server_default=""),
    sa.Column("about", sa.Uuid),
    sa.Column("repeats", sa.SmallInteger, nullable=False, server_default="0"),
    sa.CheckConstraint(
        "state IN ('pending', 'sending', 'sent', 'failed', 'uncertain', 'cancelled')", name="state"
    ),
    sa.Index("ix_outbox_chat", "chat", "id"),
    sa.Index("ix_outbox_created_at", "created_at"),
    sa.Index("ix_outbox_waiting", "chat", "id", postgresql_where=WAITING, sqlite_where=WAITING),
    sa.Index("ix_outbox_dedupe_key", "dedupe_key", unique=True),
    sa.Index("ix_outbox_trouble", "business_id", "id", postgresql_where=TROUBLE, sqlite_where=TROUBLE),
    sa.Index("ix_outbox_unasked", "business_id", "id", postgresql_where=UNASKED, sqlite_where=UNASKED),
    # A letter that comes back names itself by its Message-ID, which is what its platform called it.
    sa.Index("ix_outbox_ref", "ref", postgresql_where=UNASKED, sqlite_where=UNASKED),
)  # fmt: skip

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

# Standing overviews that are on somebody's screen.
board = sa.Table(
    "board",
    metadata,
    sa.Column("chat", ADDRESS, primary_key=True),
    sa.Column("sender", sa.Text, nullable=False),
    # Of somebody who belongs to no business yet, there is none.
    sa.Column("business_id", sa.Uuid, sa.ForeignKey("business.business_id")),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Index("ix_board_business", "business_id", "seen_at"),
    sa.Index("ix_board_sender", "sender"),
    sa.Index("ix_board_seen_at", "seen_at"),
)

# Workspaces that let us in. The token is ciphertext (storage/vault.py), and empty once it was taken back.
installation = sa.Table(
    "installation",
    metadata,
    sa.Column("platform", sa.Text, primary_key=True),
    sa.Column("tenant", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("bot_user", sa.Text, nullable=False),
    # Separated by spaces.
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("installed_by", sa.Text, nullable=False),
    sa.Column("installed_at", UtcDateTime, nullable=False),
    sa.Column("revoked_at", UtcDateTime),
)

# What browsers were sent away with to install; each comes back once.
install_state = sa.Table(
    "install_state",
    metadata,
    sa.Column("state_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_install_state_expires_at", "expires_at"),
)
