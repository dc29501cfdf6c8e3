"""From typed lines to the sums of a document, by the rules of EN 16931 (BR-CO-10 to BR-CO-17).

Line nets are rounded and summed; the document discount is spread over the VAT groups before tax;
VAT is rounded once per group. Prices that include VAT are turned into net amounts here, once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

from core.errors import N_, InvalidInput
from core.invoice import MAX_LINES, ComputedLine, Discount, Draft, Line, TaxRow, Totals
from core.money import MAX_MINOR, Money, allocate, exponent, round_half_up, to_step, total
from core.party import Business
from core.tax import Tax

_HUNDRED = Decimal(100)
_PRICE_PLACES = 4
_MAX_PRICE_PLACES = 12


def compute(draft: Draft) -> Totals:
    """Every sum of the document the draft would become.

    Raises InvalidInput when there are no lines, too many, the discount exceeds them, or a sum is out of range.
    """
    if not draft.lines:
        raise InvalidInput("lines", N_("An invoice needs at least one line."), "3h design @ 120")
    if len(draft.lines) > MAX_LINES:
        raise InvalidInput("lines", N_("An invoice holds at most {most} lines."), most=MAX_LINES)
    with localcontext() as context:
        context.prec = 60
        amounts = [line_minor(line, draft.currency) for line in draft.lines]
        _must_fit(sum(amounts))
        groups = _group(draft)
        sums = [sum(amounts[index] for index in group.members) for group in groups]
        off = allocate(_discount(draft.discount, sum(sums), draft.currency), sums)
        if draft.inclusive:
            return _inclusive(draft, groups, amounts, off)
        return _exclusive(draft, groups, amounts, off)


def priced(business: Business, draft: Draft) -> Totals:
    """As `compute`, with the total rounded as the business has it for whoever pays in cash."""
    return cash_rounded(compute(draft), business.cash_rounding)


def cash_rounded(totals: Totals, step: Money | None) -> Totals:
    """The total as a multiple of the step, where that is of its currency; the difference joins BT-114.

    What would be rounded to nothing stays as it is.
    """
    if not step or step.currency != totals.payable.currency:
        return totals
    payable = to_step(totals.payable, step)
    if not payable:
        return totals
    return replace(totals, payable=payable, rounding=totals.rounding + payable - totals.payable)


def _must_fit(minor: int) -> None:
    if minor >= MAX_MINOR:
        raise InvalidInput("lines", N_("The total is larger than an invoice can hold."), "3h design @ 120")


@dataclass(frozen=True, slots=True)
class _Group:
    tax: Tax
    members: tuple[int, ...]


def _group(draft: Draft) -> list[_Group]:
    """VAT groups, highest rate first, each with the places of its lines."""
    members: dict[Tax, list[int]] = {}
    for index, line in enumerate(draft.lines):
        members.setdefault(line.tax or draft.tax, []).append(index)
    order = sorted(members, key=lambda tax: (-tax.rate, tax.category, tax.code))
    return [_Group(tax, tuple(members[tax])) for tax in order]


def line_minor(line: Line, currency: str) -> int:
    """Quantity x price in minor units (BT-131)."""
    value = (line.quantity * line.price).scaleb(exponent(currency))
    if abs(value) >= MAX_MINOR:
        raise InvalidInput(
            "lines", N_("The line “{line}” is larger than an invoice can hold."), line=line.description
        )
    return round_half_up(value)


def _discount(discount: Discount | None, base: int, currency: str) -> int:
    if discount is None:
        return 0
    if discount.percent is not None:
        off = round_half_up(base * discount.percent / _HUNDRED)
    else:
        off = round_half_up((discount.amount or Decimal(0)).scaleb(exponent(currency)))
    if off > base:
        raise InvalidInput("discount", N_("The discount is larger than the lines it is taken from."), "10%")
    return off


def tax_on(basis: int, tax: Tax) -> int:
    """BR-CO-17: the VAT of one group, in minor units."""
    return round_half_up(basis * tax.rate / _HUNDRED)


def split_inclusive(gross: int, tax: Tax) -> tuple[int, int, int]:
    """Net, VAT and rounding that add up to `gross`, with the VAT exactly BR-CO-17 of the net.

    The nearest net is the exact one wherever there is one. Not every gross amount has one (2.99 at 4 %:
    2.87 + 0.11 or 2.88 + 0.12); then one minor unit goes to EN 16931's rounding amount (BT-114), so that what
    was typed is what is due.
    """
    net = round_half_up(gross / (1 + tax.rate / _HUNDRED))
    amount = tax_on(net, tax)
    return net, amount, gross - net - amount


def _exclusive(draft: Draft, groups: Sequence[_Group], amounts: Sequence[int], off: Sequence[int]) -> Totals:
    rows = []
    for group, discount in zip(groups, off, strict=True):
        basis = sum(amounts[index] for index in group.members) - discount
        rows.append((group.tax, basis, tax_on(basis, group.tax), discount))
    lines = [(amount, line.price) for amount, line in zip(amounts, draft.lines, strict=True)]
    return _totals(draft, lines, rows, 0)


def _inclusive(draft: Draft, groups: Sequence[_Group], amounts: Sequence[int], off: Sequence[int]) -> Totals:
    rows, rounding = [], 0
    lines: list[tuple[int, Decimal]] = [(0, Decimal(0))] * len(amounts)
    for group, discount in zip(groups, off, strict=True):
        gross = [amounts[index] for index in group.members]
        basis, tax, rest = split_inclusive(sum(gross) - discount, group.tax)
        before, _, _ = split_inclusive(sum(gross), group.tax)
        rows.append((group.tax, basis, tax, before - basis))
        rounding += rest
        for index, net in zip(group.members, allocate(before, gross), strict=True):
            lines[index] = (net, unit_price(net, draft.lines[index].quantity, draft.currency))
    return _totals(draft, lines, rows, rounding)


def unit_price(net: int, quantity: Decimal, currency: str) -> Decimal:
    """The shortest net price that gives the line's net again (Peppol R120), four places where they suffice."""
    places = exponent(currency)
    exact = Decimal(net).scaleb(-places) / quantity
    for digits in (places, *range(_PRICE_PLACES, _MAX_PRICE_PLACES + 1)):
        price = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if round_half_up((price * quantity).scaleb(places)) == net:
            return price
    return exact


def _totals(
    draft: Draft,
    lines: Sequence[tuple[int, Decimal]],
    rows: Sequence[tuple[Tax, int, int, int]],
    rounding: int,
) -> Totals:
    def money(minor: int) -> Money:
        return Money(minor, draft.currency)

    # With the rounding it is what was typed, which fits; the sum of net and VAT (BT-112) may be a cent more.
    _must_fit(sum(basis + amount for _tax, basis, amount, _off in rows))
    computed = tuple(
        ComputedLine(typed.description, typed.quantity, typed.unit, price, money(net), typed.tax or draft.tax)
        for typed, (net, price) in zip(draft.lines, lines, strict=True)
    )
    tax_rows = tuple(TaxRow(tax, money(basis), money(amount), money(off)) for tax, basis, amount, off in rows)
    net = total((row.basis for row in tax_rows), draft.currency)
    tax = total((row.amount for row in tax_rows), draft.currency)
    return Totals(
        lines=computed,
        line_total=total((line.net for line in computed), draft.currency),
        discount=total((row.discount for row in tax_rows), draft.currency),
        net=net,
        tax_rows=tax_rows,
        tax=tax,
        rounding=money(rounding),
        payable=net + tax + money(rounding),
    )
