"""The words of the letter that brings an invoice to its client, in the client's language."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.invoice import Invoice
from core.party import Client
from handlers.cards import pdf_of
from handlers.context import Context
from handlers.kinds import Block, Button, Reply, Text
from handlers.reminding import client_language, in_language, long_date, pay_address, payment_facts
from handlers.words import _


@dataclass(frozen=True, slots=True)
class Covering:
    """The letter as its reader has it; `reply` has the document and no envelope yet."""

    subject: str
    reply: Reply


def covering(ctx: Context, invoice: Invoice, client: Client) -> Covering:
    chosen = client_language(ctx.desk.business, client)

    def say() -> Covering:
        number, name = invoice.issued.number, ctx.desk.business.name
        subject = _("Invoice {number} from {name}", number=number, name=name)
        return Covering(subject, replace(_letter(ctx, invoice, client), language=chosen))

    return in_language(chosen, say)


def _letter(ctx: Context, invoice: Invoice, client: Client) -> Reply:
    blocks: list[Block] = [
        Text(_("Hello {client},", client=client.name)),
        Text(_body(ctx, invoice)),
    ]
    link = ctx.desk.business.reminders.pay_link
    links: tuple[Button, ...] = ()
    if invoice.balance:
        facts = payment_facts(invoice.issued, invoice.issued.number)
        blocks += [facts] if facts.pairs else []
        if link.startswith("https://"):
            links = (Button(_("Pay online"), url=pay_address(link, invoice, invoice.balance)),)
    blocks.append(Text(_("Kind regards\n{name}", name=ctx.desk.business.name)))
    return Reply(tuple(blocks), links, (pdf_of(invoice),))


def _body(ctx: Context, invoice: Invoice) -> str:
    values = {"number": invoice.issued.number, "total": ctx.money(invoice.total)}
    due = long_date(invoice.issued.due_on)
    if not invoice.balance:
        return _(
            "Please find attached invoice {number} over {total}. It is paid in full, thank you.", **values
        )
    if invoice.paid:
        return _(
            "Please find attached invoice {number} over {total}. Of this, {balance} is still open and due on {due}.",
            **values, balance=ctx.money(invoice.balance), due=due,
        )  # fmt: skip
    return _(
        "Please find attached invoice {number} over {total}, which is due on {due}. Thank you for your order.",
        **values, due=due,
    )  # fmt: skip
