"""The early-payment discount that a client takes: when, how much, and what of it is revenue and what VAT."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from core.invoice import Document, Invoice, TaxRow, Totals
from core.money import Money, allocate, round_half_up, total
from core.payment import Payment
from core.report import DaySum, Taken, TaxedDay

_HUNDRED = Decimal(100)


def discount_taken(invoice: Invoice, payments: Iterable[Payment], amount: Money, received_on: date) -> Money:
    """What is forgiven where such a receipt settles the invoice: what it leaves open, at most the discount.

    All that was paid must have been there in time, and nothing was forgiven before. `payments`: what was recorded.
    """
    zero = Money.zero(invoice.total.currency)
    offer = invoice.document.early if invoice.document else None
    if offer is None or received_on > offer.until or not amount < invoice.balance:
        return zero
    if invoice.credited and len(invoice.issued.totals.tax_rows) > 1:
        # A credit note may have taken more of one rate than of another, and the discount is split by the invoice.
        return zero
    owed = invoice.total - invoice.credited
    most = offer.discount if owed == invoice.total else min(offer.discount, offer.terms.of(owed))
    left = invoice.balance - amount
    if left > most:
        return zero
    in_time = all(paid.received_on <= offer.until and not paid.discount for paid in payments)
    return left if in_time else zero


def could_settle(invoice: Invoice, payments: Iterable[Payment], received_on: date) -> Money | None:
    """The least that settles it if it was received on that day; None where that is all of it."""
    offer = invoice.document.early if invoice.document else None
    if offer is None or not invoice.balance:
        return None
    owed = invoice.total - invoice.credited
    most = offer.discount if owed == invoice.total else min(offer.discount, offer.terms.of(owed))
    least = invoice.balance - most
    if least.minor <= 0 or discount_taken(invoice, payments, least, received_on) != most:
        return None
    return least


def discounts_of(payments: Iterable[Payment], currency: str) -> Money:
    """What of an invoice's `credited` is no credit note."""
    return total((payment.discount for payment in payments), currency)


def less_revenue(taken: Iterable[Taken]) -> tuple[list[TaxedDay], list[DaySum]]:
    """What discounts take from revenue and VAT, and from what clients were asked: sums below zero."""
    taxed, asked = [], []
    for one in taken:
        asked.append(DaySum(one.on, -one.discount))
        parts = _parts(one.discount, [(group.gross, group.rate) for group in one.groups])
        for group, (net, tax) in zip(one.groups, parts, strict=True):
            taxed.append(TaxedDay(one.on, group.category, group.rate, -net, -tax))
    return taxed, asked


def split(document: Document, discount: Money) -> Totals:
    """The discount as sums by the invoice's VAT groups: what no credit note can take off any more."""
    zero = Money.zero(discount.currency)
    groups = document.totals.tax_rows
    gross = {row.tax: row.basis + row.amount for row in groups}
    for deposit in document.prepaid:
        for row in deposit.tax_rows:
            # One that the rest has lost when it was edited has nothing left to be discounted.
            if row.tax in gross:
                gross[row.tax] -= row.basis + row.amount
    parts = _parts(discount, [(gross[row.tax], row.tax.rate) for row in groups])
    rows = tuple(TaxRow(row.tax, net, tax, zero) for row, (net, tax) in zip(groups, parts, strict=True))
    net = total((row.basis for row in rows), discount.currency)
    tax = total((row.amount for row in rows), discount.currency)
    return Totals((), net, zero, net, rows, tax, zero, discount)


def _parts(discount: Money, groups: Sequence[tuple[Money, Decimal]]) -> list[tuple[Money, Money]]:
    """Net and VAT of each group's share, which add up to the discount to the cent."""
    shares = allocate(discount.minor, [max(gross.minor, 0) for gross, _rate in groups])
    taxes = [
        round_half_up(share * rate / (_HUNDRED + rate))
        for share, (_gross, rate) in zip(shares, groups, strict=True)
    ]
    code = discount.currency
    return [(Money(share - tax, code), Money(tax, code)) for share, tax in zip(shares, taxes, strict=True)]
