"""Credit notes: what of an issued invoice one takes off, per VAT group and to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from core.errors import N_, InvalidInput
from core.invoice import ComputedLine, Document, TaxRow, Totals
from core.money import Money, allocate, total
from core.payment import must_be_in_its_currency
from core.totals import split_inclusive, tax_on
from core.units import PIECE

SERIES = "credit"
"""The counter that their numbers come from: a series of its own (InvoiceShelf#317)."""
_NEAR = 3


@dataclass(frozen=True, slots=True)
class CreditNote:
    """Issued as soon as it is made. A void one keeps its number, and takes nothing off any more."""

    id: UUID
    invoice_id: UUID
    client_id: UUID
    document: Document
    reason: str
    created_at: datetime
    voided_at: datetime | None = None
    void_reason: str = ""
    version: int = 0

    @property
    def number(self) -> str:
        return self.document.number

    @property
    def total(self) -> Money:
        return self.document.totals.payable


@dataclass(frozen=True, slots=True)
class Left:
    """What of an invoice no credit note has taken off yet."""

    rows: tuple[TaxRow, ...]
    """Its VAT groups, without a discount: that is in the basis already."""
    rounding: Money

    @property
    def net(self) -> Money:
        return total((row.basis for row in self.rows), self.rounding.currency)

    @property
    def payable(self) -> Money:
        sums = (row.basis + row.amount for row in self.rows)
        return total(sums, self.rounding.currency) + self.rounding


def left_of(document: Document, earlier: Iterable[Totals]) -> Left:
    """`earlier` are the sums of the credit notes that stand."""
    zero = Money.zero(document.currency)
    left = {row.tax: replace(row, discount=zero) for row in document.totals.tax_rows}
    rounding = document.totals.rounding
    for deposit in document.prepaid:
        # What was billed before is corrected where it was billed.
        for row in deposit.tax_rows:
            before = left.get(row.tax, replace(row, basis=zero, amount=zero, discount=zero))
            left[row.tax] = replace(before, basis=before.basis - row.basis, amount=before.amount - row.amount)
        rounding -= deposit.rounding
    for totals in earlier:
        rounding -= totals.rounding
        for row in totals.tax_rows:
            before = left[row.tax]
            left[row.tax] = replace(before, basis=before.basis - row.basis, amount=before.amount - row.amount)
    return Left(tuple(left.values()), rounding)


def whole(document: Document, left: Left, words: str) -> Totals:
    """All that is left: the invoice's own lines where that is everything, else a line for each VAT group."""
    if left == left_of(document, ()) and not document.prepaid:
        return document.totals
    return _sums(left.rows, left.rounding, words)


def at_most(document: Document, left: Left, totals: Totals, words: str) -> Totals:
    """The sums, or all that is left where they come to that.

    With prices that include VAT rounding may else leave a cent to a rate for ever, or take one that is not there.
    """
    ends = totals.payable > left.payable or (totals.payable == left.payable and totals.net != left.net)
    return whole(document, left, words) if ends else totals


def part(left: Left, amount: Money, words: str) -> Totals:
    """An amount with VAT, spread over the VAT groups by what is left of each; less than all of it.

    Raises InvalidInput for more than is left, and for what is no amount of that currency.
    """
    rows = [row for row in left.rows if _gross(row) > 0]
    shares = allocate(amount.minor, [_gross(row) for row in rows])
    parts = [_share(row, minor) for row, minor in zip(rows, shares, strict=True) if minor]
    return _sums(parts, Money.zero(amount.currency), words)


def check_amount(left: Left, amount: Money, number: str) -> None:
    most = left.payable
    must_be_in_its_currency(amount, most, number)
    if amount.minor <= 0:
        raise InvalidInput("amount", N_("A credit note is over more than zero."), str(most.amount))
    if amount > most:
        raise _too_much(most, number)
    if amount != most and amount >= most - left.rounding:
        # What would be left is an amount of rounding that belongs to no line.
        raise InvalidInput(
            "amount", N_("Of {number}, {most} is left: credit all of it, or less than {rest}."), str(most.amount),
            number=number, most=most, rest=most - left.rounding,
        )  # fmt: skip


def of_lines(left: Left, typed: Totals, number: str) -> Totals:
    """Lines as they were typed and computed, held against what is left of their VAT groups.

    Where they take all of a group's net they take all of its VAT: the last cent of it may be rounded otherwise.
    """
    open_rows = {row.tax: row for row in left.rows}
    rows = [_within(open_rows.get(row.tax), row, left.payable, number) for row in typed.tax_rows]
    rounding = typed.rounding
    if _ends(left, rows):
        rounding = left.rounding
    return _added_up(typed.lines, rows, rounding)


def _within(most: TaxRow | None, row: TaxRow, payable: Money, number: str) -> TaxRow:
    if most is None:
        raise InvalidInput(
            "lines", N_("{number} has no line with VAT of {rate}%."), "1h design @ 120",
            number=number, rate=row.tax.rate,
        )  # fmt: skip
    one = Money(1, payable.currency)
    if row.basis.minor <= 0 or row.basis > most.basis or row.amount > most.amount + one:
        raise _too_much(payable, number)
    taxed = most.amount if row.basis == most.basis else min(row.amount, most.amount)
    return replace(row, amount=taxed, exemption=most.exemption)


def _too_much(most: Money, number: str) -> InvalidInput:
    if not most:
        return InvalidInput("amount", N_("{number} is credited in full already."), number=number)
    return InvalidInput(
        "amount",
        N_("Of {number}, only {most} is left to credit."),
        str(most.amount),
        number=number,
        most=most,
    )


def _ends(left: Left, rows: Sequence[TaxRow]) -> bool:
    taken = {row.tax: row for row in rows}
    return all(
        not _gross(row) or (row.tax in taken and _gross(taken[row.tax]) == _gross(row)) for row in left.rows
    )


def _gross(row: TaxRow) -> int:
    return row.basis.minor + row.amount.minor


def _share(row: TaxRow, gross: int) -> TaxRow:
    """Net and VAT that add up to `gross`; they and what then is left agree with the rate as closely as can be.

    Not every amount splits exactly (2.99 at 4 %), and many small ones must not pile up cents for the last credit note:
    so the net is the one that leaves the least off, on either side. That is at most one minor unit, where EN 16931
    forgives a whole one of the currency.
    """
    net, tax = row.basis.minor, row.amount.minor

    def off(part: int) -> tuple[int, int, int]:
        here = abs(gross - part - tax_on(part, row.tax))
        there = abs(tax - (gross - part) - tax_on(net - part, row.tax))
        return max(here, there), here, abs(part - nearest)

    nearest = split_inclusive(gross, row.tax)[0]
    least, most = max(0, gross - tax), min(net, gross)
    near = range(max(least, nearest - _NEAR), min(most, nearest + _NEAR) + 1)
    chosen = min(near, key=off, default=min(max(nearest, least), most))
    currency = row.basis.currency
    return replace(row, basis=Money(chosen, currency), amount=Money(gross - chosen, currency))


def _sums(rows: Iterable[TaxRow], rounding: Money, words: str) -> Totals:
    rows = tuple(row for row in rows if row.basis or row.amount)
    lines = tuple(
        ComputedLine(words, Decimal(1), PIECE, row.basis.amount, row.basis, row.tax) for row in rows
    )
    return _added_up(lines, rows, rounding)


def _added_up(lines: tuple[ComputedLine, ...], rows: Sequence[TaxRow], rounding: Money) -> Totals:
    currency = rounding.currency
    net = total((row.basis for row in rows), currency)
    tax = total((row.amount for row in rows), currency)
    off = total((row.discount for row in rows), currency)
    return Totals(lines, total((line.net for line in lines), currency), off, net, tuple(rows), tax, rounding,
                  net + tax + rounding)  # fmt: skip
