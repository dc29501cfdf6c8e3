"""How an invoice looks in a chat: as a draft, once issued, and as a line of a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.approval import Request, may_approve, needs_approval
from core.audit import Entry
from core.early import EarlyOffer, EarlyTerms, offered
from core.early_discount import could_settle, discounts_of
from core.invoice import ComputedLine, Discount, Draft, Invoice, Part, Prepaid, State, Totals
from core.money import Money
from core.party import Client, Member
from core.payment import Payment
from core.tax import TaxCategory
from core.terms import Terms
from core.totals import priced
from core.units import LABELS
from core.usecases.late_fee import NOT_SENT
from core.usecases.undo import UNDONE_REASON
from core.views import InvoiceRow
from handlers.context import Context, undo_button
from handlers.einvoices import absent_at_issue, fill_buttons, ordinary_notice
from handlers.kinds import Block, Button, ChatRef, DocumentPdf, Facts, Lines, Notice, PaidPdf, Reply
from handlers.vat_words import tax_name, vat_buttons, vat_of_row, vat_pairs
from handlers.words import _

MOST_LINES_SHOWN = 50
PAID_COPY = "paid"
"""What is said behind a number for the copy that is marked as paid."""
_OUR_REASONS = (UNDONE_REASON, NOT_SENT)
"""Why an invoice is void where nobody typed a reason."""


def draft_card(ctx: Context, invoice: Invoice, client: Client) -> tuple[Block, ...]:
    """What was understood, line by line, with the totals it comes to."""
    draft = invoice.draft
    totals = priced(ctx.desk.business, draft)
    return (
        Facts(
            (*draft_heading(ctx, draft, client, invoice.total), *vat_pairs(ctx, draft, client)),
            draft_title(draft, client),
        ),
        lines_of(ctx, totals),
        Facts((*sums_of(ctx, totals, draft.discount), *prepaid_pairs(ctx, draft.prepaid, invoice.total))),
    )


def draft_title(draft: Draft, client: Client) -> str:
    match draft.quoted and draft.quoted.part:
        case Part.DEPOSIT:
            return _("Draft of a deposit for {client}", client=client.name)
        case Part.REST:
            return _("Draft of the rest for {client}", client=client.name)
        case _other:
            return _("Draft for {client}", client=client.name)


async def draft_reply(
    ctx: Context, invoice: Invoice, client: Client, *more: Button, said: tuple[Block, ...] = ()
) -> Reply:
    """A draft with what can be done with it by whoever asks; `said` stands before it."""
    request = await open_request(ctx, invoice)
    waiting = (Notice(await _waiting(ctx, request)),) if request else ()
    buttons = (
        *_ways_to_issue(ctx, invoice, client, request),
        *_other_buttons(ctx, invoice, client),
        *more,
    )
    return Reply((*said, *waiting, *draft_card(ctx, invoice, client)), buttons)


async def open_request(ctx: Context, invoice: Invoice) -> Request | None:
    """What waits for somebody's word about the draft as it is now."""
    if ctx.desk.business.approval_limit is None:
        return None
    request = await ctx.work.approvals.find_open(invoice.id)
    return request if request and request.invoice_version == invoice.version else None


async def approver_of(ctx: Context) -> Member | None:
    """Whom the rule names. None where that is nobody any more: then the owners decide."""
    if ctx.desk.business.approver is None:
        return None
    member = await ctx.work.members.get(ctx.desk.business.approver)
    return member if member.left_at is None else None


async def _waiting(ctx: Context, request: Request) -> str:
    if may_approve(ctx.desk.business, ctx.desk.member):
        asker = await ctx.work.members.get(request.member_id)
        return _("{name} asks for approval.", name=asker.name)
    approver = await approver_of(ctx)
    if approver is None:
        return _("This waits for an owner's approval.")
    return _("This waits for {name}'s approval.", name=approver.name)


def _ways_to_issue(
    ctx: Context, invoice: Invoice, client: Client, request: Request | None
) -> tuple[Button, ...]:
    if request and may_approve(ctx.desk.business, ctx.desk.member):
        return decision_buttons(ctx, request, invoice, client)
    if needs_approval(ctx.desk.business, ctx.desk.member, invoice.total):
        label = _("Ask again") if request else _("Ask for approval")
        return (Button(label, "issue", invoice.id.hex, tone="primary"),)
    confirm = issue_question(ctx, invoice, client)
    return (Button(_("Issue"), "issue", invoice.id.hex, tone="primary", confirm=confirm),)


def decision_buttons(
    ctx: Context, request: Request, invoice: Invoice, client: Client
) -> tuple[Button, Button]:
    """For whoever was asked."""
    confirm = issue_question(ctx, invoice, client)
    # Whoever is asked may work for another business by the time they press.
    about = f"{request.id.hex} {ctx.desk.business.id.hex}"
    return (
        Button(_("Approve"), "approve", about, tone="primary", confirm=confirm),
        Button(_("Refuse"), "refuse", about, tone="danger"),
    )


def issue_question(ctx: Context, invoice: Invoice, client: Client) -> str:
    return _(
        "Issue this invoice to {client} over {total}?", client=client.name, total=ctx.money(invoice.total)
    )


def _other_buttons(ctx: Context, invoice: Invoice, client: Client) -> tuple[Button, ...]:
    confirm = _(
        "Throw the draft for {client} over {total} away?", client=client.name, total=ctx.money(invoice.total)
    )
    return (
        *vat_buttons(ctx, invoice, client),
        Button(_("Edit"), "edit", invoice.id.hex),
        Button(_("Discard"), "discard", invoice.id.hex, tone="danger", confirm=confirm),
    )


def issued_reply(
    ctx: Context,
    invoice: Invoice,
    entry: Entry,
    asked_by: str = "",
    elsewhere: tuple[tuple[ChatRef, Reply], ...] = (),
) -> Reply:
    """What is said right after an invoice was issued, with its document."""
    said = [Notice(issued_text(ctx, invoice), "success")]
    if asked_by:
        said.append(Notice(_("{name} asked for it.", name=asked_by)))
    absent = absent_at_issue(invoice)
    if absent:
        said.append(ordinary_notice(absent))
    buttons = (Button(_("Paid"), "paid", invoice.id.hex), Button(_("Show"), "invoice show", invoice.id.hex))
    ways = (*_way_to_send(ctx, invoice), *_way_to_pay(ctx, invoice))
    shown = (*ways, *buttons, *fill_buttons(ctx, invoice, absent), undo_button(entry))
    return Reply(tuple(said), shown, (pdf_of(invoice),), elsewhere=elsewhere)


def _way_to_send(ctx: Context, invoice: Invoice) -> tuple[Button, ...]:
    """It asks once more, with the recipient, before anything leaves."""
    return (Button(_("Send"), "send", invoice.id.hex),) if ctx.mailing else ()


def _way_to_pay(ctx: Context, invoice: Invoice) -> tuple[Button, ...]:
    return (
        (Button(_("Pay link"), "paylink", invoice.id.hex),) if ctx.public_url and not invoice.imported else ()
    )


def issued_text(ctx: Context, invoice: Invoice) -> str:
    document = invoice.issued
    return _(
        "Issued {number} to {client}: {total}, due {due}.",
        number=document.number,
        client=document.buyer.name,
        total=ctx.money(invoice.total),
        due=document.due_on,
    )


def issued_card(ctx: Context, invoice: Invoice, payments: Sequence[Payment]) -> tuple[Block, ...]:
    """An issued invoice as it was frozen, with what is still owed."""
    document = invoice.issued
    discount = discounts_of(payments, invoice.total.currency)
    least = could_settle(invoice, payments, ctx.today)
    pairs = [
        (_("Status"), status(ctx, invoice)),
        (_("Client"), document.buyer.name),
        (_("Date"), str(document.issued_on)),
        (_("Due"), ctx.day(document.due_on) if invoice.balance else str(document.due_on)),
    ]
    if invoice.imported:
        pairs.append((_("Issued by"), _("another program; this is what was open of it")))
    if document.early and least:
        offer = replace(document.early, amount=least)
        pairs.append((_("Early payment"), early_text(ctx, offer, offer.terms)))
    if document.period:
        pairs.append((_("Period"), f"{document.period.start} – {document.period.end}"))
    if document.delivered_on:
        pairs.append((_("Delivered"), str(document.delivered_on)))
    if document.reference:
        pairs.append((_("Reference"), document.reference))
    if document.order:
        pairs.append((_("Order"), document.order))
    if document.quoted:
        pairs.append((_("Quote"), document.quoted.number))
    sums = [
        *sums_of(ctx, document.totals, document.discount),
        *prepaid_pairs(ctx, document.prepaid, invoice.total),
    ]
    if invoice.paid:
        sums.append((_("Paid"), ctx.money(invoice.paid)))
    if discount:
        sums.append((_("Early-payment discount"), ctx.money(discount)))
    if invoice.credited != discount:
        sums.append((_("Credited"), ctx.money(invoice.credited - discount)))
    if invoice.paid or invoice.credited:
        sums.append((_("Balance"), ctx.money(invoice.balance)))
    title = _("Invoice {number}", number=document.number)
    return Facts(tuple(pairs), title), lines_of(ctx, document.totals), Facts(tuple(sums))


def issued_buttons(ctx: Context, invoice: Invoice) -> tuple[Button, ...]:
    """What can be done with it now."""
    buttons = [] if invoice.imported else [Button(_("PDF"), "pdf", invoice.id.hex)]
    if invoice.state is State.ISSUED and not invoice.imported:
        buttons += _way_to_send(ctx, invoice)
    if invoice.balance:
        buttons += _way_to_pay(ctx, invoice)
        buttons.append(Button(_("Paid"), "paid", invoice.id.hex))
    if invoice.state is State.ISSUED and invoice.credited != invoice.total and not invoice.imported:
        buttons.append(Button(_("Credit note"), "credit", invoice.id.hex))
    if invoice.state is State.ISSUED and not invoice.paid and not invoice.credited:
        buttons.append(
            Button(_("Void"), "void", invoice.id.hex, tone="danger", confirm=_void_question(ctx, invoice))
        )
    if invoice.state is State.ISSUED and invoice.paid and not invoice.balance and not invoice.imported:
        buttons.append(Button(_("PDF, paid"), "pdf", f"{invoice.id.hex} {PAID_COPY}"))
    return tuple(buttons)


def _void_question(ctx: Context, invoice: Invoice) -> str:
    return _(
        "Void {number} to {client} over {total}?",
        number=invoice.issued.number,
        client=invoice.issued.buyer.name,
        total=ctx.money(invoice.total),
    )


def pdf_of(invoice: Invoice) -> DocumentPdf:
    """The document under its number, which is safe as a file name but for the slash a pattern may hold."""
    number = invoice.issued.number.replace("/", "-")
    return DocumentPdf(invoice.id, f"{number}-void.pdf" if invoice.state is State.VOID else f"{number}.pdf")


def paid_pdf_of(invoice: Invoice) -> PaidPdf:
    return PaidPdf(invoice.id, f"{invoice.issued.number.replace('/', '-')}-paid.pdf")


def status(ctx: Context, invoice: Invoice) -> str:
    """The status a person means: it follows from the sums and today's date."""
    if invoice.state is State.VOID:
        reason = invoice.void_reason
        return _("void: {reason}", reason=_(reason) if reason in _OUR_REASONS else reason)
    if invoice.state is State.DRAFT:
        return _("draft")
    overdue = invoice.overdue(ctx.today)
    return _standing(invoice.total, invoice.paid, invoice.credited, overdue=overdue)


def row_status(ctx: Context, row: InvoiceRow) -> str:
    if row.state is State.DRAFT:
        return _("draft")
    if row.state is State.VOID:
        return _("void")
    overdue = row.due_on is not None and row.due_on < ctx.today
    return _standing(row.total, row.paid, row.credited, overdue=overdue)


def _standing(total: Money, paid: Money, credited: Money, *, overdue: bool) -> str:
    """Of an issued invoice. Credited in full is not paid."""
    if paid + credited == total:
        return _("credited") if credited and not paid else _("paid")
    if overdue:
        return _("overdue")
    if paid:
        return _("partly paid")
    return _("partly credited") if credited else _("open")


def due_text(ctx: Context, draft: Draft) -> str:
    """Terms with the day they come to if it is issued today, or the day that was typed."""
    issued_on = draft.issue_on or ctx.today
    if isinstance(draft.due, Terms):
        return _("{date} ({terms})", date=draft.due.due(issued_on), terms=draft.due)
    return ctx.day(draft.due)


def early_text(ctx: Context, offer: EarlyOffer | None, terms: EarlyTerms) -> str:
    if offer is None:
        return str(terms)
    return _("{amount} until {date} ({terms})", amount=ctx.money(offer.amount), date=offer.until, terms=terms)


def draft_heading(ctx: Context, draft: Draft, client: Client, total: Money) -> tuple[tuple[str, str], ...]:
    """`total` is what would be owed by it."""
    pairs = [*whom(client)]
    if draft.issue_on:
        pairs.append((_("Date"), ctx.day(draft.issue_on)))
    pairs.append((_("Due"), due_text(ctx, draft)))
    if draft.early:
        issued_on, step = draft.issue_on or ctx.today, ctx.desk.business.cash_rounding
        offer = offered(draft.early, total, issued_on, step)
        pairs.append((_("Early payment"), early_text(ctx, offer, draft.early)))
    if draft.quoted:
        pairs.append((_("Quote"), draft.quoted.number))
    return (*pairs, *option_pairs(ctx, draft, client))


def whom(client: Client) -> tuple[tuple[str, str], ...]:
    where = ", ".join((*client.address.lines(), client.address.country))
    return (_("Client"), client.name), (_("Address"), where)


def option_pairs(ctx: Context, draft: Draft, client: Client) -> tuple[tuple[str, str], ...]:
    """What was typed behind the lines and is the same of invoices and quotes."""
    pairs = []
    if draft.period:
        pairs.append((_("Period"), f"{draft.period.start} – {draft.period.end}"))
    if draft.delivered_on:
        pairs.append((_("Delivered"), ctx.day(draft.delivered_on)))
    if draft.reference or client.reference:
        pairs.append((_("Reference"), draft.reference or client.reference))
    if draft.order:
        pairs.append((_("Order"), draft.order))
    if draft.note:
        pairs.append((_("Note"), draft.note))
    if draft.inclusive:
        pairs.append((_("Prices"), _("typed including VAT")))
    return tuple(pairs)


def lines_of(ctx: Context, totals: Totals) -> Lines:
    """The lines, net; of a long invoice the first ones and how many more there are."""
    rows = [_line(ctx, place, line) for place, line in enumerate(totals.lines[:MOST_LINES_SHOWN], start=1)]
    left = len(totals.lines) - len(rows)
    if left:
        rows.append(("", _("… and {count} more lines", count=left), "", "", "", ""))
    header = ("#", _("Description"), _("Qty"), _("Price"), tax_name(ctx), _("Net"))
    return Lines(header, tuple(rows), numeric=(2, 3, 4, 5))


def _line(ctx: Context, place: int, line: ComputedLine) -> tuple[str, ...]:
    quantity = f"{ctx.number(line.quantity)} {LABELS.get(line.unit, line.unit)}".strip()
    tax = f"{ctx.number(line.tax.rate)}%" if line.tax.category.taxed else "–"
    price = ctx.price(line.unit_price, line.net.currency)
    return str(place), line.description, quantity, price, tax, ctx.money(line.net)


def sums_of(ctx: Context, totals: Totals, discount: Discount | None) -> tuple[tuple[str, str], ...]:
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
        pairs.append((vat_of_row(ctx, row, len(totals.tax_rows) == 1), ctx.money(row.amount)))
    if totals.rounding:
        pairs.append((_("Rounding"), ctx.money(totals.rounding)))
    pairs.append((_("Total"), ctx.money(totals.payable)))
    return tuple(pairs)


def prepaid_pairs(ctx: Context, prepaid: tuple[Prepaid, ...], owed: Money) -> tuple[tuple[str, str], ...]:
    """The deposits that are taken off, and what is left; nothing where there are none."""
    if not prepaid:
        return ()
    return (
        *((_("Deposit {number}", number=one.number), ctx.money(-one.gross)) for one in prepaid),
        (_("Left to pay"), ctx.money(owed)),
    )
