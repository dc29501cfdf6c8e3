"""The letter that brings an issued invoice to its client, put into the outbox once somebody or a rule has said so."""

from __future__ import annotations

from dataclasses import replace

from core.invoice import Invoice
from core.party import Client
from core.ports import CHAT_JOB
from core.usecases.sending import mark_handed_over
from handlers.context import Context
from handlers.letters import covering
from handlers.mailing import INVOICE, addressed, mail_chat
from handlers.page_links import page_link, stated_link
from handlers.posting import Posting, post


async def hand_out_letter(
    ctx: Context, invoice: Invoice, client: Client, email: str, once: str, *, marked: bool = False
) -> bool:
    """Part of the transaction; mail must be switched on. False where that very one was sent before: `once` names it.
    `marked`: with the copy that says it is paid.
    """
    elsewhere = invoice.balance and stated_link(ctx)
    letter = covering(ctx, invoice, client, "" if elsewhere else await page_link(ctx, invoice), marked=marked)
    chat = mail_chat(ctx.desk.business.id, email)
    envelope = await addressed(ctx, email, letter.subject)
    posting = Posting(
        ctx.desk.business.id, kind=INVOICE, about=invoice.id, dedupe_key=f"invoice:{invoice.id.hex}:{once}"
    )
    if await post(ctx.work, ctx.ids, chat, replace(letter.reply, letter=envelope), posting) is None:
        return False
    await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat.key)
    await mark_handed_over(ctx.desk, invoice)
    return True
