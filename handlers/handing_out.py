"""The letter that brings an invoice or a credit note to its client, in the outbox once somebody or a rule said so."""

from __future__ import annotations

from dataclasses import replace

from core.audit import Action
from core.credit_note import CreditNote
from core.invoice import Invoice
from core.party import Client
from core.ports import CHAT_JOB
from core.quote import Quote
from core.usecases.sending import mark_handed_over
from handlers.context import Context
from handlers.kinds import ReportFile
from handlers.letters import Covering, covering, covering_credit_note, covering_statement
from handlers.mailing import CREDIT_NOTE, INVOICE, QUOTE, STATEMENT, addressed, mail_chat
from handlers.page_links import page_link, quote_link, stated_link
from handlers.posting import Posting, post
from handlers.quote_letters import covering_quote


async def hand_out_letter(
    ctx: Context, invoice: Invoice, client: Client, email: str, once: str, *, marked: bool = False
) -> bool:
    """Part of the transaction; mail must be switched on. False where that very one was sent before: `once` names it.
    `marked`: with the copy that says it is paid.
    """
    elsewhere = invoice.balance and stated_link(ctx)
    letter = covering(ctx, invoice, client, "" if elsewhere else await page_link(ctx, invoice), marked=marked)
    once = f"{INVOICE}:{invoice.id.hex}:{once}"
    if not await _posted(ctx, letter, email, Posting(kind=INVOICE, about=invoice.id, dedupe_key=once)):
        return False
    await mark_handed_over(ctx.desk, invoice)
    return True


async def hand_out_credit_note(
    ctx: Context, credit_note: CreditNote, client: Client, email: str, once: str
) -> bool:
    """Likewise; nobody is reminded of a credit note, so nothing else follows from it."""
    letter = covering_credit_note(ctx, credit_note, client)
    once = f"{CREDIT_NOTE}:{credit_note.id.hex}:{once}"
    if not await _posted(
        ctx, letter, email, Posting(kind=CREDIT_NOTE, about=credit_note.id, dedupe_key=once)
    ):
        return False
    await ctx.desk.record(Action.CREDIT_NOTE_SENT, credit_note, credit_note.number)
    return True


async def hand_out_quote_letter(ctx: Context, quote: Quote, client: Client, email: str, once: str) -> bool:
    """Likewise; the page in it is where the client answers."""
    letter = covering_quote(ctx, quote, client, await quote_link(ctx, quote))
    once = f"{QUOTE}:{quote.id.hex}:{once}"
    if not await _posted(ctx, letter, email, Posting(kind=QUOTE, about=quote.id, dedupe_key=once)):
        return False
    await ctx.desk.record(Action.QUOTE_SENT, quote, quote.label)
    return True


async def hand_out_statement(ctx: Context, client: Client, file: ReportFile, email: str, once: str) -> bool:
    """Likewise."""
    letter = covering_statement(ctx, client, file)
    once = f"{STATEMENT}:{client.id.hex}:{once}"
    if not await _posted(ctx, letter, email, Posting(kind=STATEMENT, about=client.id, dedupe_key=once)):
        return False
    await ctx.desk.record(Action.STATEMENT_SENT, client, client.name)
    return True


async def _posted(ctx: Context, letter: Covering, email: str, posting: Posting) -> bool:
    chat = mail_chat(ctx.desk.business.id, email)
    envelope = await addressed(ctx, email, letter.subject)
    reply = replace(letter.reply, letter=envelope)
    posting = replace(posting, business_id=ctx.desk.business.id)
    if await post(ctx.work, ctx.ids, chat, reply, posting) is None:
        return False
    await ctx.jobs.enqueue(ctx.work, CHAT_JOB, chat.key)
    return True
