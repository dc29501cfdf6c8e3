"""Sending an issued invoice to its client: what has to hold before it leaves, and what is known afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from core.audit import Action, Entry
from core.chat_ports import OutboxRow
from core.credit_note import CreditNote
from core.documents.printable import check_letterhead
from core.errors import N_, Conflict, InvalidInput
from core.invoice import Invoice, State
from core.moments import local_day
from core.ports import Clock, Work
from core.quote import Quote, QuoteState
from core.report import Statement
from core.usecases.desk import Desk
from core.usecases.guard import STOPPED, Cancelled
from core.usecases.imported import must_be_ours


async def check_sendable(desk: Desk, invoice: Invoice, email: str) -> None:
    """Raises what is to be told where that invoice must not go to that address."""
    if invoice.state is State.DRAFT:
        raise InvalidInput("number", N_("A draft cannot be sent; issue it first."), "/issue")
    must_be_ours(invoice)
    number = invoice.issued.number
    if invoice.state is State.VOID:
        raise Conflict(N_("{number} is void, so it is not sent."), number=number)
    if email and await desk.work.opt_outs.has(email):
        raise Conflict(
            N_("{email} asked not to get mail from you. Send {number} another way: /pdf {number}"),
            email=email,
            number=number,
        )


MOST_A_DAY = 200
"""Documents that one business may mail in 24 hours: strangers get mail from our address in anybody's words."""


async def check_quota(desk: Desk) -> None:
    """Raises Conflict where no more mail leaves for that business today."""
    earlier = await desk.work.outbox.letter_before(desk.business.id, MOST_A_DAY - 1)
    if earlier is not None and desk.clock.now() - earlier < timedelta(days=1):
        raise Conflict(N_("You mailed {most} documents in 24 hours; that is the most. Send the next ones later."),
                       most=MOST_A_DAY)  # fmt: skip


async def check_credit_note_sendable(desk: Desk, credit_note: CreditNote, email: str) -> None:
    """Raises what is to be told where that credit note must not go to that address."""
    number = credit_note.number
    if credit_note.voided_at is not None:
        raise Conflict(N_("{number} is void, so it is not sent."), number=number)
    if await desk.work.opt_outs.has(email):
        raise Conflict(
            N_("{email} asked not to get mail from you. Send {number} another way: /pdf {number}"),
            email=email,
            number=number,
        )


async def check_quote_sendable(desk: Desk, quote: Quote, email: str) -> None:
    """Raises what is to be told where that quote must not go to that address."""
    if quote.state is QuoteState.DRAFT:
        raise InvalidInput("quote", N_("A draft cannot be sent; issue it first."), "/quote issue")
    if quote.state is QuoteState.WITHDRAWN:
        raise Conflict(N_("{number} is withdrawn, so it is not sent."), number=quote.label)
    if await desk.work.opt_outs.has(email):
        raise Conflict(
            N_("{email} asked not to get mail from you. Send {number} another way: /pdf {number}"),
            email=email,
            number=quote.label,
        )


async def check_statement_sendable(desk: Desk, statement: Statement, email: str) -> None:
    """Raises what is to be told where that statement must not go to that address. What cannot be printed is refused
    here: its letter would wait for a file that is never made.
    """
    if not statement.accounts:
        raise Conflict(
            N_(
                "Nothing was invoiced or paid in this time, and nothing is owed, so there is no statement to send."
            )
        )
    check_letterhead(statement.seller, statement.buyer, statement.footer)
    if await desk.work.opt_outs.has(email):
        raise Conflict(
            N_("{email} asked not to get mail from you. Send the statement another way."), email=email
        )


async def mark_handed_over(desk: Desk, invoice: Invoice) -> Entry:
    """In the transaction that puts its letter into the outbox: from today on the client has it, and reminders may
    follow by mail.
    """
    chase = await desk.work.reminders.chase(invoice.id)
    delivered_on = chase.delivered_on or desk.today
    await desk.work.reminders.set_chase(invoice.id, replace(chase, delivered_on=delivered_on))
    return await desk.record(Action.INVOICE_SENT, invoice, invoice.issued.number)


async def may_leave(work: Work, row: OutboxRow, email: str) -> Cancelled | None:
    """Asked in the transaction that takes a letter with an invoice; None: it may."""
    if row.business_id is None or row.about is None:
        return None
    await work.enter(row.business_id)
    invoice = await work.invoices.lock(row.about)
    if invoice.state is State.ISSUED and not await work.opt_outs.has(email):
        return None
    await came_back(work, row)
    return Cancelled(STOPPED)


async def credit_note_may_leave(work: Work, row: OutboxRow, email: str) -> Cancelled | None:
    """Likewise for a letter with a credit note."""
    if row.business_id is None or row.about is None:
        return None
    await work.enter(row.business_id)
    credit_note = await work.credit_notes.get(row.about)
    stopped = credit_note.voided_at is not None or await work.opt_outs.has(email)
    return Cancelled(STOPPED) if stopped else None


async def quote_may_leave(work: Work, row: OutboxRow, email: str) -> Cancelled | None:
    """Likewise for a letter with a quote."""
    if row.business_id is None or row.about is None:
        return None
    await work.enter(row.business_id)
    quote = await work.quotes.get(row.about)
    stopped = quote.state is QuoteState.WITHDRAWN or await work.opt_outs.has(email)
    return Cancelled(STOPPED) if stopped else None


async def statement_may_leave(work: Work, row: OutboxRow, email: str) -> Cancelled | None:
    """Likewise for a letter with a statement of account, which is made as the books stand then."""
    if row.business_id is None:
        return None
    await work.enter(row.business_id)
    return Cancelled(STOPPED) if await work.opt_outs.has(email) else None


async def arrived(work: Work, clock: Clock, row: OutboxRow) -> None:
    """A letter with an invoice got through after it had come back: the client has it after all."""
    if row.kind != "invoice" or row.business_id is None or row.about is None:
        return
    await work.enter(row.business_id)
    chase = await work.reminders.chase(row.about)
    if chase.delivered_on is None:
        today = local_day(clock.now(), (await work.businesses.get()).zone)
        await work.reminders.set_chase(row.about, replace(chase, delivered_on=today))


async def came_back(work: Work, row: OutboxRow) -> None:
    """A letter with an invoice did not arrive: the client does not have it by mail, and reminders go through the
    owner's hands until it was sent again.
    """
    if row.kind != "invoice" or row.business_id is None or row.about is None:
        return
    await work.enter(row.business_id)
    chase = await work.reminders.chase(row.about)
    if chase.delivered_on is not None:
        await work.reminders.set_chase(row.about, replace(chase, delivered_on=None))
