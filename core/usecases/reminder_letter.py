"""Reads what a reminder on paper prints: names, addresses and numbers as they are when it is drawn."""

from __future__ import annotations

from core.invoice import Invoice
from core.money import Money, total
from core.party import DEFAULT_ACCENT, Business
from core.plan import Feature, Plan, includes
from core.ports import Work
from core.reminder_letter import LetterText, OwedRow, ReminderLetter


async def letter_of(work: Work, business: Business, text: LetterText, plan: Plan) -> ReminderLetter:
    """The sums are those of the text, whatever was paid since; the account is that of the newest document."""
    client = await work.clients.get(text.client_id)
    invoices = [await work.invoices.get(invoice_id) for invoice_id, _minor in text.owed]
    links = text.links or ("",) * len(invoices)
    rows = [
        _row(text, invoice, Money(minor, text.currency), link)
        for invoice, (_id, minor), link in zip(invoices, text.owed, links, strict=True)
    ]
    if text.fee:
        fee = await work.invoices.get(text.fee_id) if text.fee_id else None
        rows.append(_fee_row(fee, Money(text.fee, text.currency)))
    newest = invoices[-1].issued
    return ReminderLetter(
        seller=business.party(),
        buyer=client.party(),
        text=text,
        rows=tuple(rows),
        total=total((row.open for row in rows), text.currency),
        holder=newest.seller.name,
        iban=newest.iban,
        bic=newest.bic,
        footer=business.footer,
        accent=business.accent if includes(plan, Feature.COLOURS) else DEFAULT_ACCENT,
        branded=not includes(plan, Feature.UNBRANDED),
    )


def _row(text: LetterText, invoice: Invoice, balance: Money, link: str) -> OwedRow:
    document = invoice.issued
    late = max((text.on - document.due_on).days, 0)
    return OwedRow(document.number, document.issued_on, document.due_on, late, balance, link=link)


def _fee_row(fee: Invoice | None, amount: Money) -> OwedRow:
    if fee is None:
        return OwedRow("", None, None, 0, amount, is_fee=True)
    document = fee.issued
    return OwedRow(document.number, document.issued_on, document.due_on, 0, amount, is_fee=True)
