"""How an invoice looks in a chat: as a draft, once issued, and as a line of a list."""

from __future__ import annotations

from core.invoice import ComputedLine, Discount, Draft, Invoice, State, Totals
from core.party import Client
from core.tax import TaxCategory
from core.terms import Terms
from core.totals import compute
from core.units import LABELS
from core.usecases.undo import UNDONE_REASON
from core.views import InvoiceRow
from handlers.context import Context
from handlers.kinds import Block, Button, Facts, InvoicePdf, Lines
from handlers.words import _

MOST_LINES_SHOWN = 50


def draft_card(ctx: Context, invoice: Invoice, client: Client) -> tuple[Block, ...]:
    """What was understood, line by line, with the totals it comes to."""
    totals = compute(invoice.draft)
    return (
        Facts(_heading(ctx, invoice.draft, client), title=_("Draft for {client}", client=client.name)),
        _lines(ctx, totals),
        Facts(_sums(ctx, totals, invoice.draft.discount)),
    )


def draft_buttons(invoice: Invoice) -> tuple[Button, ...]:
    return (
        Button(_("Issue"), "issue", invoice.id.hex, tone="primary"),
        Button(_("Edit"), "edit", invoice.id.hex),
        Button(_("Discard"), "discard", invoice.id.hex, tone="danger"),
    )


def issued_card(ctx: Context, invoice: Invoice) -> tuple[Block, ...]:
    """An issued invoice as it was frozen, with what is still owed."""
    document = invoice.issued
    pairs = [
        (_("Status"), status(ctx, invoice)),
        (_("Client"), document.buyer.name),
        (_("Date"), str(document.issued_on)),
        (_("Due"), ctx.day(document.due_on) if invoice.balance else str(document.due_on)),
    ]
    if document.period:
        pairs.append((_("Period"), f"{document.period.start} – {document.period.end}"))
    if document.reference:
        pairs.append((_("Reference"), document.reference))
    sums = [*_sums(ctx, document.totals, document.discount)]
    if invoice.paid:
        sums.append((_("Paid"), ctx.money(invoice.paid)))
        sums.append((_("Balance"), ctx.money(invoice.balance)))
    title = _("Invoice {number}", number=document.number)
    return Facts(tuple(pairs), title), _lines(ctx, document.totals), Facts(tuple(sums))


def issued_buttons(invoice: Invoice) -> tuple[Button, ...]:
    """What can be done with it now."""
    buttons = [Button(_("PDF"), "pdf", invoice.id.hex)]
    if invoice.balance:
        buttons.append(Button(_("Paid"), "paid", invoice.id.hex))
    if invoice.state is State.ISSUED and not invoice.paid:
        buttons.append(Button(_("Void"), "void", invoice.id.hex, tone="danger"))
    return tuple(buttons)


def pdf_of(invoice: Invoice) -> InvoicePdf:
    """The document under its number, which is safe as a file name but for the slash a pattern may hold."""
    number = invoice.issued.number.replace("/", "-")
    return InvoicePdf(invoice.id, f"{number}-void.pdf" if invoice.state is State.VOID else f"{number}.pdf")


def status(ctx: Context, invoice: Invoice) -> str:
    """The status a person means: it follows from the sums and today's date."""
    if invoice.state is State.VOID:
        reason = invoice.void_reason
        return _("void: {reason}", reason=_(UNDONE_REASON) if reason == UNDONE_REASON else reason)
    if invoice.state is State.DRAFT:
        return _("draft")
    if not invoice.balance:
        return _("paid")
    if invoice.overdue(ctx.today):
        return _("overdue")
    return _("partly paid") if invoice.paid else _("open")


def row_status(ctx: Context, row: InvoiceRow) -> str:
    if row.state is State.DRAFT:
        return _("draft")
    if row.state is State.VOID:
        return _("void")
    if not row.balance:
        return _("paid")
    if row.due_on is not None and row.due_on < ctx.today:
        return _("overdue")
    return _("partly paid") if row.paid else _("open")


def due_text(ctx: Context, draft: Draft) -> str:
    """Terms with the day they come to if it is issued today, or the day that was typed."""
    issued_on = draft.issue_on or ctx.today
    if isinstance(draft.due, Terms):
        return _("{date} ({terms})", date=draft.due.due(issued_on), terms=draft.due)
    return ctx.day(draft.due)


def _heading(ctx: Context, draft: Draft, client: Client) -> tuple[tuple[str, str], ...]:
    where = ", ".join((*client.address.lines(), client.address.country))
    pairs = [(_("Client"), client.name), (_("Address"), where)]
    if draft.issue_on:
        pairs.append((_("Date"), ctx.day(draft.issue_on)))
    pairs.append((_("Due"), due_text(ctx, draft)))
    if draft.period:
        pairs.append((_("Period"), f"{draft.period.start} – {draft.period.end}"))
    if draft.reference:
        pairs.append((_("Reference"), draft.reference))
    if draft.note:
        pairs.append((_("Note"), draft.note))
    if draft.inclusive:
        pairs.append((_("Prices"), _("typed including VAT")))
    return tuple(pairs)


def _lines(ctx: Context, totals: Totals) -> Lines:
    """The lines, net; of a long invoice the first ones and how many more there are."""
    rows = [_line(ctx, place, line) for place, line in enumerate(totals.lines[:MOST_LINES_SHOWN], start=1)]
    left = len(totals.lines) - len(rows)
    if left:
        rows.append(("", _("… and {count} more lines", count=left), "", "", "", ""))
    header = ("#", _("Description"), _("Qty"), _("Price"), _("VAT"), _("Net"))
    return Lines(header, tuple(rows), numeric=(2, 3, 4, 5))


def _line(ctx: Context, place: int, line: ComputedLine) -> tuple[str, ...]:
    quantity = f"{ctx.number(line.quantity)} {LABELS.get(line.unit, line.unit)}".strip()
    tax = "–" if line.tax.category is TaxCategory.OUTSIDE else f"{ctx.number(line.tax.rate)}%"
    price = ctx.price(line.unit_price, line.net.currency)
    return str(place), line.description, quantity, price, tax, ctx.money(line.net)


def _sums(ctx: Context, totals: Totals, discount: Discount | None) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    if totals.discount:
        label = _("Discount")
        if discount and discount.percent is not None:
            label = _("Discount {percent}%", percent=ctx.number(discount.percent))
        pairs.append((_("Lines"), ctx.money(totals.line_total)))
        pairs.append((label, ctx.money(-totals.discount)))
    pairs.append((_("Net"), ctx.money(totals.net)))
    for row in totals.tax_rows:
        if row.tax.category is TaxCategory.OUTSIDE:
            continue
        rate = ctx.number(row.tax.rate)
        if len(totals.tax_rows) == 1:
            pairs.append((_("VAT {rate}%", rate=rate), ctx.money(row.amount)))
        else:
            label = _("VAT {rate}% on {basis}", rate=rate, basis=ctx.money(row.basis))
            pairs.append((label, ctx.money(row.amount)))
    if totals.rounding:
        pairs.append((_("Rounding"), ctx.money(totals.rounding)))
    pairs.append((_("Total"), ctx.money(totals.payable)))
    return tuple(pairs)
