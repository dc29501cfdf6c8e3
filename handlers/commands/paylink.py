"""`/paylink`: the address of an invoice's page for its client, a new one instead of all others, or none at all."""

from __future__ import annotations

from core.errors import N_, Conflict
from core.invoice import Invoice
from core.moments import local_day
from core.usecases.hosted import must_be_issued, revoke, takes_payments
from core.views import InvoiceFilter
from handlers.command import Command, optional
from handlers.commands.find import find_invoice
from handlers.commands.invoices import number_field
from handlers.context import Context
from handlers.forms import whole
from handlers.kinds import Answers, Block, Button, Field, Notice, Outcome, Raw, Reply, Text
from handlers.page_links import must_be_reachable, page_link
from handlers.words import _


async def _form(ctx: Context, raw: Raw) -> tuple[Field, ...]:
    must_be_reachable(ctx)
    return (await number_field(ctx, raw, InvoiceFilter.OPEN, InvoiceFilter.PAID),)


async def _issued(ctx: Context, answers: Answers) -> Invoice:
    invoice = await find_invoice(ctx, answers["number"] or "")
    must_be_issued(invoice)
    return invoice


async def paylink(ctx: Context, answers: Answers) -> Outcome:
    must_be_reachable(ctx)
    invoice = await _issued(ctx, answers)
    return await _linked(ctx, invoice, ())


async def renew(ctx: Context, answers: Answers) -> Outcome:
    must_be_reachable(ctx)
    invoice = await _issued(ctx, answers)
    await revoke(ctx.desk, invoice)
    text = _("Every earlier link to {number} leads nowhere now.", number=invoice.issued.number)
    return await _linked(ctx, invoice, (Notice(text, "success"),))


async def _linked(ctx: Context, invoice: Invoice, said: tuple[Block, ...]) -> Reply:
    link = await page_link(ctx, invoice)
    number, client = invoice.issued.number, invoice.issued.buyer.name
    text = _(
        "The page of {number} for {client}; whoever has this link sees it:", number=number, client=client
    )
    blocks = [*said, Notice(text), Text(link)]
    seen_at = await ctx.work.invoice_links.seen_at(invoice.id)
    if seen_at is not None:
        opened = _("It was first opened on {date}.", date=local_day(seen_at, ctx.desk.business.zone))
        blocks.append(Text(opened))
    if invoice.balance and not await takes_payments(ctx.work):
        blocks.append(Text(_("Nothing can be paid on it yet. To let your clients do that: /payments")))
    question = _("Make every link to {number} lead nowhere?", number=number)
    buttons = (
        Button(_("See what the client sees"), url=await page_link(ctx, invoice, own=True)),
        Button(_("New link"), "paylink renew", invoice.id.hex, confirm=question),
        Button(_("Revoke"), "paylink revoke", invoice.id.hex, tone="danger", confirm=question),
    )
    return Reply(tuple(blocks), buttons)


async def withdraw(ctx: Context, answers: Answers) -> Outcome:
    invoice = await _issued(ctx, answers)
    if not await revoke(ctx.desk, invoice):
        raise Conflict(N_("Nobody has a link to {number}."), number=invoice.issued.number)
    text = _("No link leads to {number} any more.", number=invoice.issued.number)
    return Reply((Notice(text, "success"),), (Button(_("New link"), "paylink", invoice.id.hex),))


COMMANDS = (
    Command(
        name="paylink",
        help=N_("Get the link to an invoice's page for its client"),
        run=paylink,
        group="invoices",
        example="/paylink 2026-0007",
        form=_form,
        read=whole("number"),
    ),
    Command(
        name="paylink renew",
        help=N_("Make every link to an invoice lead nowhere, and get a new one"),
        run=renew,
        form=optional("number"),
        typed=False,
    ),
    Command(
        name="paylink revoke",
        help=N_("Make every link to an invoice lead nowhere"),
        run=withdraw,
        form=optional("number"),
        typed=False,
    ),
)
