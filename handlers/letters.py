"""The words of the letter that brings an invoice to its client, in the client's language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.credit_note import CreditNote
from core.invoice import Invoice
from core.language import client_language
from core.party import Client
from handlers.cards import paid_pdf_of, pdf_of
from handlers.context import Context
from handlers.credit_cards import credit_note_pdf
from handlers.kinds import Block, Button, Reply, ReportFile, Text
from handlers.page_links import pay_address, stated_link
from handlers.pay_words import payment_facts
from handlers.words import _, in_language, long_date


@dataclass(frozen=True, slots=True)
class Covering:
    """The letter as its reader has it; `reply` has the document and no envelope yet."""

    subject: str
    reply: Reply


def covering(ctx: Context, invoice: Invoice, client: Client, page: str, *, marked: bool = False) -> Covering:
    """`page` is the address under which the client sees it online, or empty; `marked`: its copy says it is paid."""
    chosen = client_language(ctx.desk.business, client)

    def say() -> Covering:
        number, name = invoice.issued.number, ctx.desk.business.name
        subject = _("Invoice {number} from {name}", number=number, name=name)
        return Covering(subject, replace(_letter(ctx, invoice, client, page, marked), language=chosen))

    return in_language(chosen, say)


def covering_credit_note(ctx: Context, credit_note: CreditNote, client: Client) -> Covering:
    """What comes with a credit note; there is nothing to pay, and no page of its own."""
    chosen = client_language(ctx.desk.business, client)

    def say() -> Covering:
        number, name = credit_note.number, ctx.desk.business.name
        about = credit_note.document.preceding
        body = _(
            "Please find attached credit note {number} over {total}. It corrects invoice {invoice}.",
            number=number, total=ctx.money(credit_note.total), invoice=about.number if about else "–",
        )  # fmt: skip
        blocks = (
            Text(_("Hello {client},", client=client.name)),
            Text(body),
            Text(_("Kind regards\n{name}", name=name)),
        )
        reply = Reply(blocks, attachments=(credit_note_pdf(credit_note),), language=chosen)
        return Covering(_("Credit note {number} from {name}", number=number, name=name), reply)

    return in_language(chosen, say)


def covering_statement(ctx: Context, client: Client, file: ReportFile) -> Covering:
    """What comes with a statement of account; its sums stand in the file alone, as they are when it is made."""
    chosen = client_language(ctx.desk.business, client)

    def say() -> Covering:
        name, values = ctx.desk.business.name, {"start": long_date(file.start), "end": long_date(file.end)}
        body = _("Please find attached your statement of account from {start} to {end}.", **values)
        blocks = (
            Text(_("Hello {client},", client=client.name)),
            Text(body),
            Text(_("Kind regards\n{name}", name=name)),
        )
        reply = Reply(blocks, attachments=(file,), language=chosen)
        return Covering(_("Statement of account from {name}", name=name), reply)

    return in_language(chosen, say)


def _letter(ctx: Context, invoice: Invoice, client: Client, page: str, marked: bool) -> Reply:
    blocks: list[Block] = [
        Text(_("Hello {client},", client=client.name)),
        Text(_body(ctx, invoice)),
    ]
    if invoice.balance:
        facts = payment_facts(invoice.issued, invoice.issued.number)
        blocks += [facts] if facts.pairs else []
    blocks.append(Text(_("Kind regards\n{name}", name=ctx.desk.business.name)))
    return Reply(
        tuple(blocks), _links(ctx, invoice, page), (paid_pdf_of(invoice) if marked else pdf_of(invoice),)
    )


def _links(ctx: Context, invoice: Invoice, page: str) -> tuple[Button, ...]:
    """The business's own way to be paid comes first."""
    own = stated_link(ctx)
    if invoice.balance and own:
        return (Button(_("Pay online"), url=pay_address(own, invoice, invoice.balance)),)
    if not page:
        return ()
    return (Button(_("Pay or see it online") if invoice.balance else _("See it online"), url=page),)


def _body(ctx: Context, invoice: Invoice) -> str:
    values = {"number": invoice.issued.number, "total": ctx.money(invoice.total)}
    due = long_date(invoice.issued.due_on)
    if invoice.credited and invoice.credited == invoice.total:
        return _(
            "Please find attached invoice {number} over {total}. It is credited in full: nothing is owed.",
            **values,
        )
    if not invoice.balance:
        return _(
            "Please find attached invoice {number} over {total}. It is paid in full, thank you.", **values
        )
    if invoice.paid or invoice.credited:
        return _(
            "Please find attached invoice {number} over {total}. Of this, {balance} is still open and due on {due}.",
            **values, balance=ctx.money(invoice.balance), due=due,
        )  # fmt: skip
    return _(
        "Please find attached invoice {number} over {total}, which is due on {due}. Thank you for your order.",
        **values, due=due,
    )  # fmt: skip
