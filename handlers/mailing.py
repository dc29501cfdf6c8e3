"""Letters to clients: where they go, and what stands on their envelope. Their words are elsewhere."""

from __future__ import annotations

from uuid import UUID

from core.codes import code_hash
from handlers.context import Context
from handlers.kinds import ChatRef, Letter
from handlers.platform import Mailing

PLATFORM = "mail"
REMINDER, INVOICE, CREDIT_NOTE, QUOTE = "reminder", "invoice", "credit-note", "quote-letter"
STATEMENT = "statement-letter"
"""The kinds of outbox rows that go to a client."""
LETTERS = frozenset({REMINDER, INVOICE, CREDIT_NOTE, QUOTE, STATEMENT})
UNSUBSCRIBE_PATH = "/u/"
UNSUBSCRIBE = "unsubscribe"
"""What a mail without a public address to press at is asked to say in its subject."""


def mail_chat(business_id: UUID, email: str) -> ChatRef:
    """What one business writes to one address goes in order, and waits for nobody else's."""
    return ChatRef(PLATFORM, f"{business_id.hex}/{email}")


def recipient(chat: ChatRef) -> str:
    """The mail address in a chat that `mail_chat` made."""
    return chat.address.partition("/")[2]


async def addressed(ctx: Context, email: str, subject: str, stoppable: bool = False) -> Letter:
    """The envelope of a new letter to that address; mail must be switched on.

    `stoppable`: its reader may end letters of this kind with one press. The Message-ID holds 128 random bits: what
    comes back is believed only because nobody else can know it.
    """
    mailing = ctx.mailing
    if mailing is None:
        raise ValueError("no letter is written while mail is switched off")
    return Letter(
        subject=subject,
        message_id=f"{ctx.ids.code()}@{mailing.domain}",
        sender=ctx.desk.business.name,
        reply_to=ctx.desk.business.email,
        unsubscribe=await _way_out(ctx, mailing, email) if stoppable else "",
    )


async def _way_out(ctx: Context, mailing: Mailing, email: str) -> str:
    """Without a public address, somebody who reads the sender's mailbox has to do it by hand."""
    if not mailing.public_url:
        return f"mailto:{mailing.sender}?subject={UNSUBSCRIBE}"
    token = ctx.ids.code()
    await ctx.work.opt_outs.add_token(code_hash(token), email)
    return f"{mailing.public_url.rstrip('/')}{UNSUBSCRIBE_PATH}{token}"
