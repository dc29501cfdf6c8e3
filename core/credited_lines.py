"""Crediting an invoice by its lines: what of each is left, and what taking some of them off comes to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.credit_note import Left, at_most, left_of, of_lines, whole
from core.errors import N_, InvalidInput
from core.invoice import ComputedLine, Discount, Document, Draft, Line, LinePart, TaxRow, Totals
from core.money import Money, exponent, round_half_up
from core.totals import compute, line_minor, tax_on, unit_price


@dataclass(frozen=True, slots=True)
class Pick:
    """A line by its place on the invoice, from 1, and how much of it; None is all that is left."""

    place: int
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Picks:
    lines: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The lines of an issued invoice as far as no credit note that stands has taken them off."""

    draft: Draft
    document: Document
    left: Left
    quantities: tuple[Decimal, ...]
    """What is left of each line, by its place; zero where nothing is."""

    @property
    def places(self) -> tuple[int, ...]:
        """Of which something is left that is worth anything."""
        return tuple(
            place for place, quantity in enumerate(self.quantities, start=1) if self.worth(place, quantity)
        )

    @property
    def slack(self) -> int:
        """How many minor units rounding may have moved between the lines: about two for each part that was taken."""
        return 8 + 2 * len(self.quantities)

    def worth(self, place: int, quantity: Decimal) -> int:
        """So much of the line in minor units, as its price was typed."""
        return line_minor(replace(self.draft.lines[place - 1], quantity=quantity), self.draft.currency)

    def without(self, parts: Iterable[LinePart]) -> OpenLines:
        quantities = list(self.quantities)
        for part in parts:
            quantities[part.place - 1] -= part.quantity
        return replace(self, quantities=tuple(quantities))


def open_lines(draft: Draft, document: Document, left: Left, earlier: Iterable[Document]) -> OpenLines:
    """`earlier` are the credit notes that stand. What took off an amount took no line in particular."""
    taken = defaultdict[int, Decimal](Decimal)
    for one in earlier:
        for part in one.preceding.parts if one.preceding else ():
            taken[part.place] += part.quantity
    over = left.payable.minor <= 0
    quantities = tuple(
        Decimal(0) if over else line.quantity - taken[place]
        for place, line in enumerate(draft.lines, start=1)
    )
    return OpenLines(draft, document, left, quantities)


def parts_of(lines: OpenLines, picks: Picks) -> tuple[LinePart, ...]:
    """How much of which lines is meant. Raises InvalidInput for a line that is not there, or for more than is left."""
    number, parts = lines.document.number, list[LinePart]()
    for pick in picks.lines:
        if pick.place not in range(1, len(lines.quantities) + 1):
            raise InvalidInput(
                "lines", N_("{number} has no line {place}."), "#1", number=number, place=pick.place
            )
        if pick.place in [part.place for part in parts]:
            raise InvalidInput("lines", N_("Line {place} stands here twice."), "#1, #2", place=pick.place)
        left = lines.quantities[pick.place - 1]
        wanted = left if pick.quantity is None else pick.quantity
        if not left:
            raise InvalidInput(
                "lines", N_("Line {place} of {number} is credited already."), place=pick.place, number=number
            )
        if not 0 < wanted / left <= 1:
            raise InvalidInput(
                "lines", N_("Of line {place} of {number}, only {left} is left to credit."), f"#{pick.place}",
                place=pick.place, number=number, left=f"{left.normalize():f}",
            )  # fmt: skip
        parts.append(LinePart(pick.place, wanted))
    return tuple(parts)


def parts_typed(lines: OpenLines, typed: Iterable[Line]) -> tuple[LinePart, ...]:
    """What lines that were written anew take off the invoice's own, where they say the same as one of them."""
    quantities, parts = list(lines.quantities), []
    for line in typed:
        for place, own in enumerate(lines.draft.lines[: len(quantities)], start=1):
            left = quantities[place - 1]
            if _same(lines.draft, own, line) and 0 < line.quantity <= left:
                quantities[place - 1] = left - line.quantity
                parts.append(LinePart(place, line.quantity))
                break
    return tuple(parts)


def _same(draft: Draft, own: Line, typed: Line) -> bool:
    return (
        own.description.casefold() == typed.description.casefold()
        and (own.unit, own.price) == (typed.unit, typed.price)
        and (own.tax or draft.tax) == (typed.tax or draft.tax)
    )


def of_parts(lines: OpenLines, parts: Sequence[LinePart], label: str) -> Totals:
    """The sums of a credit note over these parts: priced as on the invoice, with their share of its discount.

    The last part of a VAT group takes what is left of the group, so that no cent stays that belongs to no line.
    Raises InvalidInput where amounts that were credited before leave too little.
    """
    document, left, after = lines.document, lines.left, lines.without(parts)
    if not any(lines.worth(part.place, part.quantity) for part in parts):
        raise InvalidInput("lines", N_("A credit note is over more than zero."), "#1")
    if not after.places and left == left_of(document, ()):
        return whole(document, left, label)
    own = lines.draft.lines
    taken = tuple(replace(own[part.place - 1], quantity=part.quantity) for part in parts)
    typed = compute(replace(lines.draft, lines=taken, discount=_share(lines, after), prepaid=()))
    done = {row.tax for row in left.rows} - {own[place - 1].tax or lines.draft.tax for place in after.places}
    most = {row.tax: row for row in left.rows}
    for row in typed.tax_rows:
        rest, inclusive = most.get(row.tax), lines.draft.inclusive
        over = (row.basis - rest.basis).minor if rest else 0
        if rest and abs(over) <= lines.slack and (over > 0 or row.tax in done):
            typed = _fitted(typed, row, rest, inclusive=inclusive)
        elif rest and row.tax not in done:
            typed = _steadied(typed, row, rest, inclusive=inclusive)
    if any(row.basis.minor <= 0 for row in typed.tax_rows):
        raise InvalidInput("lines", N_("A credit note is over more than zero."), "#1")
    return at_most(document, left, of_lines(left, typed, document.number), label)


def _share(lines: OpenLines, after: OpenLines) -> Discount | None:
    """What of the discount goes with what is taken; of an amount never more, all in all, than it is."""
    discount, own = lines.draft.discount, lines.draft.lines
    if discount is None or discount.amount is None:
        return discount
    places = exponent(lines.draft.currency)
    base = sum(lines.worth(place, line.quantity) for place, line in enumerate(own, start=1))

    def left(of: OpenLines) -> int:
        return sum(of.worth(place, quantity) for place, quantity in enumerate(of.quantities, start=1))

    all_off = discount.amount.scaleb(places)

    def off(value: int) -> int:
        return round_half_up(all_off * value / base)

    share = min(off(base - left(after)) - off(base - left(lines)), left(lines) - left(after))
    return Discount(amount=Decimal(share).scaleb(-places)) if share > 0 else None


def _fitted(totals: Totals, row: TaxRow, rest: TaxRow, *, inclusive: bool) -> Totals:
    """The same with what is left of a VAT group as that group's sums.

    The difference is cents of rounding: the discount takes it where there is one, the largest line where there is
    none.
    """
    over, lines = row.basis - rest.basis, totals.lines
    fitted = replace(row, basis=rest.basis, amount=rest.amount)
    if row.discount and (row.discount + over).minor >= 0:
        fitted = replace(fitted, discount=row.discount + over)
    elif over:
        largest = max((line for line in lines if line.tax == row.tax), key=lambda line: line.net.minor)
        lines = tuple(_lowered(line, over) if line is largest else line for line in lines)
    return _with(replace(totals, lines=lines), row, fitted, inclusive=inclusive)


def _steadied(totals: Totals, row: TaxRow, most: TaxRow, *, inclusive: bool) -> Totals:
    """The same with a VAT that leaves the rest of the group at most a unit off its rate: many small parts, each
    rounded the same way, would leave the last one more than that.
    """
    rest = most.basis - row.basis
    off = (most.amount - row.amount).minor - tax_on(rest.minor, row.tax)
    if abs(off) <= 1:
        return totals
    step = Money(1 if off > 0 else -1, rest.currency)
    return _with(totals, row, replace(row, amount=row.amount + step), inclusive=inclusive)


def _with(totals: Totals, row: TaxRow, other: TaxRow, *, inclusive: bool) -> Totals:
    """The sums with another row in that one's place; prices with VAT still come to what was typed."""
    rows = tuple(other if one is row else one for one in totals.tax_rows)
    shift = row.basis + row.amount - other.basis - other.amount
    return replace(totals, tax_rows=rows, rounding=totals.rounding + shift if inclusive else totals.rounding)


def _lowered(line: ComputedLine, over: Money) -> ComputedLine:
    net = line.net - over
    return replace(line, net=net, unit_price=unit_price(net.minor, line.quantity, net.currency))
