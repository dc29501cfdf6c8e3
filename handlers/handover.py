"""Handing a reminder over: its letter goes to the outbox, and a fee is issued with it, all in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from core.errors import N_, BillhookError, Conflict
from core.language import client_language
from core.ports import CHAT_JOB
from core.reminder import Reminder, Way
from core.usecases.late_fee import Charged, charge
from core.usecases.reminder import Reading, mark_sent
from handlers.context import Context
from handlers.mailing import REMINDER, addressed, mail_chat
from handlers.page_links import page_links, stated_link
from handlers.posting import Posting, post
from handlers.reminder_words import fee_line
from handlers.reminding import Wording, worded
from handlers.words import in_language


@dataclass(frozen=True, slots=True)
class Handed:
    """A reminder that has left: by mail, or as a text that somebody is now to be given."""

    reminder: Reminder
    reading: Reading
    wording: Wording
    refused: BillhookError | None = None
    """Why a fee that was due was not asked for."""


async def hand_over(ctx: Context, reading: Reading, refused: BillhookError | None = None) -> Handed:
    """`refused`: the fee was tried already and cannot be issued."""
    desk = ctx.desk
    way = await way_now(ctx, reading)
    charged = Charged(refused=refused)
    if refused is None:
        chosen = client_language(desk.business, reading.client)
        charged = await charge(desk, reading, lambda item: in_language(chosen, lambda: fee_line(item)))
    pages = {} if stated_link(ctx) else await page_links(ctx, reading.invoices)
    wording = worded(ctx, reading, desk.today, charged.invoice, pages)
    outbox_id = await _mail(ctx, reading, wording) if way is Way.MAIL else None
    if outbox_id:
        # Its documents go along: those who had none of it before are given it with this.
        for invoice in (*reading.invoices, *((charged.invoice,) if charged.invoice else ())):
            await mark_delivered(ctx, invoice.id)
    sent, _entry = await mark_sent(desk, replace(reading.reminder, way=way), outbox_id)
    return Handed(sent, reading, wording, charged.refused)


async def way_now(ctx: Context, reading: Reading) -> Way:
    """By mail, unless it was never meant to or cannot be any more."""
    email = reading.client.email
    if reading.reminder.way is Way.CHAT or ctx.mailing is None or not email:
        return Way.CHAT
    return Way.CHAT if await ctx.work.opt_outs.has(email) else Way.MAIL


async def _mail(ctx: Context, reading: Reading, wording: Wording) -> UUID:
    reminder, business = reading.reminder, ctx.desk.business
    chat = mail_chat(business.id, reading.client.email)
    letter = await addressed(ctx, reading.client.email, wording.subject, stoppable=True)
    # A letter that was written anew belongs to another version, and has a key of its own.
    key = f"reminder:{reminder.id.hex}:{reminder.version}"
    posting = Posting(business.id, kind=REMINDER, about=reminder.id, dedupe_key=key)
    row = await post(ctx.work, ctx.ids, chat, replace(wording.reply, letter=letter), posting)
    if row is None:
        raise Conflict(N_("This reminder has left already."))
    await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat.key, urgent=False)
    return row


async def mark_delivered(ctx: Context, invoice_id: UUID) -> bool:
    """The client has it from today on. False where that was known from an earlier day."""
    chase = await ctx.work.reminders.chase(invoice_id)
    if chase.delivered_on is not None:
        return False
    await ctx.work.reminders.set_chase(invoice_id, replace(chase, delivered_on=ctx.today))
    return True
