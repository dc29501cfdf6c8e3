"""How a credit note looks in a chat, and what is said of credit."""

from __future__ import annotations

from dataclasses import replace

from core.credit_note import CreditNote
from core.invoice import Invoice, Kind
from core.usecases.undo import UNDONE_REASON
from handlers.cards import lines_of, sums_of
from handlers.context import Context
from handlers.kinds import Block, Button, DocumentPdf, Facts, Lines, Notice, Reply
from handlers.words import _


def credit_note_reply(ctx: Context, credit_note: CreditNote) -> Reply:
    """One as it was frozen, with what can be done with it."""
    return Reply(_card(ctx, credit_note), _buttons(ctx, credit_note))


def _card(ctx: Context, credit_note: CreditNote) -> tuple[Block, ...]:
    document = credit_note.document
    pairs = [
        (_("Status"), _status(credit_note)),
        (_("Client"), document.buyer.name),
        (_("Date"), str(document.issued_on)),
    ]
    if document.preceding:
        pairs.append((_("Invoice"), document.preceding.number))
    pairs.append((_("Reason"), credit_note.reason))
    title = _("Credit note {number}", number=document.number)
    sums = sums_of(ctx, document.totals, document.discount)
    return Facts(tuple(pairs), title), lines_of(ctx, document.totals), Facts(sums)


def _status(credit_note: CreditNote) -> str:
    if credit_note.voided_at is None:
        return _("valid")
    reason = credit_note.void_reason
    return _("void: {reason}", reason=_(reason) if reason == UNDONE_REASON else reason)


def _buttons(ctx: Context, credit_note: CreditNote) -> tuple[Button, ...]:
    key = credit_note.id.hex
    buttons = [Button(_("PDF"), "credit pdf", key)]
    if credit_note.voided_at is None:
        buttons += ways_to_send(ctx, credit_note)
        question = _(
            "Void {number} to {client} over {total}?", number=credit_note.number,
            client=credit_note.document.buyer.name, total=ctx.money(credit_note.total),
        )  # fmt: skip
        buttons.append(Button(_("Void"), "credit void", key, tone="danger", confirm=question))
    buttons.append(Button(_("Show invoice"), "invoice show", credit_note.invoice_id.hex))
    return tuple(buttons)


def ways_to_send(ctx: Context, credit_note: CreditNote) -> list[Button]:
    return [Button(_("Send"), "credit send", credit_note.id.hex)] if ctx.mailing else []


def credit_note_pdf(credit_note: CreditNote) -> DocumentPdf:
    number = credit_note.number.replace("/", "-")
    filename = f"{number}-void.pdf" if credit_note.voided_at else f"{number}.pdf"
    return DocumentPdf(credit_note.id, filename, Kind.CREDIT_NOTE)


async def credited_block(ctx: Context, invoice: Invoice) -> tuple[Block, ...]:
    """The credit notes that stand on an invoice."""
    if not invoice.credited_minor:
        return ()
    found = [one for one in await ctx.work.credit_notes.list_of(invoice.id) if one.voided_at is None]
    if not found:
        return ()
    rows = tuple((str(one.document.issued_on), one.number, one.reason, ctx.money(one.total)) for one in found)
    header = (_("Date"), _("Number"), _("Reason"), _("Amount"))
    return (Lines(header, rows, (3,), _("Credit notes")),)


async def with_credit(ctx: Context, reply: Reply, invoice: Invoice) -> Reply:
    """The same, with the client's credit offered where there is some and something is owed."""
    if not invoice.balance:
        return reply
    currency = invoice.total.currency
    credits = await ctx.work.payments.credits_of(invoice.draft.client_id)
    credit = next((one for one in credits if one.currency == currency), None)
    if credit is None:
        return reply
    said = Notice(
        _("{client} has {credit} of credit.", client=invoice.issued.buyer.name, credit=ctx.money(credit))
    )
    usable = min(credit, invoice.balance)
    button = Button(_("Use {amount} of credit", amount=ctx.money(usable)), "credit use", invoice.id.hex)
    return replace(reply, blocks=(*reply.blocks, said), buttons=(button, *reply.buttons))
